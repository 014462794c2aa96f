internal import BinaryProtocol
internal import EngineCore
internal import Fanout

/// What clients publish, on its way to the bus: one stream a turn, so that each learns the position
/// of its own last event.
final class Intake {
  /// What is known of a publisher, also after its connection is gone.
  struct History {
    var decided: UInt64 = 0
    var accepted: UInt64 = 0
    var rejected: UInt64 = 0
    var position: UInt64 = 0
  }

  /// Instances that are remembered.
  static let instancesMax = 4_096
  /// An acknowledgement is sent at most this often, unless a quarter of the window is used up.
  static let acknowledgeNanos: Int64 = 1_000_000

  let expander = FrameExpander()
  private let catalog: Catalog
  private let counters: ConnectionCounters
  private var queue: [PublishStream] = []
  /// So few that they are still in the fastest cache when they go on to the bus.
  private var scratch = [Event](repeating: Event(), count: 128)
  private var known: [UInt64: History] = [:]
  private var order: [UInt64] = []
  private var running: [UInt64: PublishStream] = [:]
  /// The stream that published in this turn.
  private var current: PublishStream?
  /// Streams that have something to tell their clients.
  private var telling: [PublishStream] = []

  init(catalog: Catalog, counters: ConnectionCounters) {
    self.catalog = catalog
    self.counters = counters
  }

  var hasWork: Bool { !queue.isEmpty }
  /// Bytes that clients have sent and the engine has not taken.
  var waitingBytes: Int { queue.reduce(0) { $0 + $1.waitingBytes } }
  /// Acknowledgements are due that wait for their time.
  var isTelling: Bool { !telling.isEmpty }

  /// Begins a publish call.
  func open(
    _ request: PublishRequest, grant: Access.Grant, stream: UInt32, connection: FeedConnection
  ) throws(CallError) -> PublishStream {
    guard let source = catalog.source(request.name) else {
      throw CallError(.resourceExhausted, "the engine has as many sources as it can have")
    }
    var history = History()
    if request.instance != 0 {
      // The old connection may not have noticed yet that it is gone.
      if let old = running[request.instance], !old.isOver {
        old.connection.end(
          old, CallError(.aborted, "the publisher has connected again"))
        remember(old)
      }
      history = known[request.instance] ?? History()
    }
    let publisher = PublishStream(
      stream: stream, connection: connection, source: source, grant: grant, catalog: catalog,
      instance: request.instance, history: history)
    if request.instance != 0 { running[request.instance] = publisher }
    return publisher
  }

  func add(_ publisher: PublishStream) {
    guard !publisher.isQueued else { return }
    publisher.isQueued = true
    queue.append(publisher)
  }

  /// Publishes what one stream has, within the room.
  func publish(to output: inout EventSink, now: Timestamp) {
    guard output.room > 0, !queue.isEmpty else { return }
    let publisher = queue.removeFirst()
    publisher.isQueued = false
    let count =
      publisher.isOver
      ? 0 : publisher.publish(to: &output, room: output.room, scratch: &scratch, now: now)
    counters.published(UInt64(count))
    current = publisher
    if publisher.hasWork { add(publisher) }
  }

  /// After a turn: `last` is the sequence of the last event that went out.
  func turnEnded(last: UInt64, isHolding: Bool, nanos: Int64) {
    guard !isHolding else { return }
    if let publisher = current {
      current = nil
      if publisher.awaitsPosition { publisher.position = last }
      publisher.awaitsPosition = false
      remember(publisher)
      tellLater(publisher)
    }
    guard !telling.isEmpty else { return }
    let list = telling
    telling.removeAll(keepingCapacity: true)
    for publisher in list {
      publisher.isTelling = false
      tell(publisher, nanos)
    }
  }

  private func tellLater(_ publisher: PublishStream) {
    guard !publisher.isOver, !publisher.isTelling else { return }
    publisher.isTelling = true
    telling.append(publisher)
  }

  private func tell(_ publisher: PublishStream, _ nanos: Int64) {
    guard !publisher.isOver, !publisher.finishIfDone() else { return }
    let isDue =
      nanos - publisher.acknowledgedNanos >= Self.acknowledgeNanos
      || publisher.owes >= PublishStream.windowBytes / 4 || publisher.acknowledgeNow
    guard publisher.hasNews || publisher.owes > 0 || publisher.acknowledgeNow else { return }
    guard isDue else { return tellLater(publisher) }
    if publisher.sendAcknowledgement() { publisher.acknowledgedNanos = nanos }
  }

  private func remember(_ publisher: PublishStream) {
    let instance = publisher.instance
    guard instance != 0 else { return }
    if known.updateValue(publisher.history, forKey: instance) == nil { order.append(instance) }
    if publisher.isOver, running[instance] === publisher { running[instance] = nil }
    if order.count > Self.instancesMax {
      // The oldest that does not run.
      if let index = order.firstIndex(where: { running[$0] == nil }) {
        known[order.remove(at: index)] = nil
      }
    }
  }
}
