internal import EngineCore
internal import Fanout

/// What endpoints read that is kept on the event loop.
struct RESTState: ~Copyable {
  let hub: FeedHub
  let figures: EngineFigures?
  /// What was answered so far, and how many WebSockets are open.
  let counters: WebCounters

  /// The newest trade and quote of an instrument.
  func newest(_ id: InstrumentID) -> (trade: Event?, quote: Event?) { hub.newest(id) }
}
