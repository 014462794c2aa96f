internal import EngineCore

/// The stream of whichever model was chosen. The choice is made once a batch, not once an event.
enum AnyTickStream {
  case randomWalk(Box<RandomWalk>)
  case brownian(Box<GeometricBrownianMotion>)
  case meanReversion(Box<MeanReversion>)

  /// Gives a stream a place of its own, so that it is changed where it is.
  final class Box<Model: PriceModel> {
    var stream: TickStream<Model>
    init(_ stream: TickStream<Model>) { self.stream = stream }
  }

  /// See `TickStream.fill`.
  func fill<Receiver: TickReceiver & ~Copyable>(
    _ output: inout Receiver, room: Int, ticks: Int, now: Timestamp
  ) -> Int {
    switch self {
    case .randomWalk(let box):
      box.stream.fill(&output, room: room, ticks: ticks, now: now)
    case .brownian(let box):
      box.stream.fill(&output, room: room, ticks: ticks, now: now)
    case .meanReversion(let box):
      box.stream.fill(&output, room: room, ticks: ticks, now: now)
    }
  }

  /// Events handed out.
  var events: UInt64 {
    switch self {
    case .randomWalk(let box): box.stream.events
    case .brownian(let box): box.stream.events
    case .meanReversion(let box): box.stream.events
    }
  }

  /// Ticks left out because a number did not fit, and the instrument of the last of them.
  var overflows: (count: UInt64, last: InstrumentID) {
    switch self {
    case .randomWalk(let box): (box.stream.overflows, box.stream.lastOverflow)
    case .brownian(let box): (box.stream.overflows, box.stream.lastOverflow)
    case .meanReversion(let box): (box.stream.overflows, box.stream.lastOverflow)
    }
  }

  /// Whether the second half of a tick waits for room.
  var hasPending: Bool {
    switch self {
    case .randomWalk(let box): box.stream.hasPending
    case .brownian(let box): box.stream.hasPending
    case .meanReversion(let box): box.stream.hasPending
    }
  }
}
