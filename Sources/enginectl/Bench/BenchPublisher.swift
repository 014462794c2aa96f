import BinaryProtocol
import EngineCore

/// A publisher that sends trades at a rate, or as many as the server takes.
///
/// It begins with one event, so that its instruments and its source are known to the engine before
/// anybody subscribes to them. That one is not counted.
struct BenchPublisher: BenchClient {
  /// What became of the events.
  struct Counts: Equatable, Sendable {
    var sent: UInt64 = 0
    var accepted: UInt64 = 0
    var rejected: UInt64 = 0
    /// When the last acknowledgement came, on the monotonic clock.
    var lastNanos: Int64 = 0
  }

  private static let definitionBytesMax = 32 << 10

  private let plan: BenchPlan
  private let index: Int
  private let encoder = RecordEncoder(catalog: Catalog())
  private var connection: ClientConnection
  private var stream: UInt32?
  private var credit: Int64 = 0
  /// Definitions that were sent.
  private var defined = 0
  private var sequence: UInt64 = 0
  private var decided: UInt64 = 0
  private var counts = Counts()
  private var pacer: Pacer?
  private var isLastSent = false
  private var isEnded = false
  private(set) var failure: CallError?

  init(_ plan: BenchPlan, index: Int, options: ClientOptions) {
    self.plan = plan
    self.index = index
    connection = ClientConnection(
      clientName: options.clientName, limits: options.limits, capabilities: options.capabilities)
  }

  var isReady: Bool { decided > 0 }
  var isOver: Bool { isEnded || failure != nil }
  var report: Counts { counts }

  /// From here on events are sent.
  mutating func begin(_ pacer: Pacer) { self.pacer = pacer }

  // MARK: Connection

  mutating func start(at time: BenchTime) -> [UInt8] {
    perform(connection.start(now: time.monotonic), time)
  }

  mutating func received(_ bytes: RawSpan, at time: BenchTime) -> [UInt8] {
    perform(connection.received(bytes, now: time.monotonic), time)
  }

  mutating func timePassed(_ time: BenchTime) -> [UInt8] {
    perform(connection.timePassed(now: time.monotonic), time)
  }

  mutating func lost(_ error: CallError) {
    if !isOver { failure = error }
  }

  private mutating func perform(_ actions: [ClientAction], _ time: BenchTime) -> [UInt8] {
    var output: [UInt8] = []
    for action in actions {
      switch action {
      case .send(let bytes): output += bytes
      case .opened: output += call(time)
      case .deliver(let stream, let message):
        take(message, time)
        output += send(
          connection.consumed(message.count, on: stream, now: time.monotonic))
      case .data: break
      case .endStream(_, let error):
        isEnded = true
        failure = failure ?? error
      case .close(let reason):
        lost(CallError(.unavailable, "the connection ended: \(reason)"))
      }
    }
    return output
  }

  private func send(_ actions: [ClientAction]) -> [UInt8] {
    actions.reduce(into: []) { bytes, action in
      if case .send(let more) = action { bytes += more }
    }
  }

  private mutating func call(_ time: BenchTime) -> [UInt8] {
    let request = CallRequest(
      method: PublishRequest.method, initialCreditBytes: 256 << 10, isUnary: false,
      metadata: plan.metadata, payload: PublishRequest(name: plan.source).encoded)
    do throws(CallError) {
      let (stream, actions) = try connection.startCall(request, now: time.monotonic)
      self.stream = stream
      return send(actions)
    } catch {
      failure = error
      return []
    }
  }

  private mutating func take(_ message: [UInt8], _ time: BenchTime) {
    do throws(CallError) {
      let acknowledgement = try PublishAcknowledgement(decoding: message)
      credit += Int64(acknowledgement.creditBytes)
      decided = acknowledgement.decided
      // Without the first event, whatever became of that.
      counts.accepted = acknowledgement.accepted - min(1, acknowledgement.accepted)
      counts.rejected = acknowledgement.rejected
      counts.lastNanos = time.monotonic
      if let reject = acknowledgement.rejects.first, failure == nil {
        failure = CallError(reject.code, reject.reason)
      }
    } catch {
      failure = failure ?? error
    }
  }

  // MARK: Events

  mutating func pump(at time: BenchTime) -> BenchOutput {
    guard let stream, credit > 0, !isOver, !isLastSent else { return BenchOutput() }
    if defined < plan.symbols { return frame(definitions(), on: stream, .now) }
    if sequence == 0 {
      var payload: [UInt8] = []
      append(stamp: 0, time, to: &payload)
      return frame(payload, on: stream, .waits)
    }
    guard let pacer, decided > 0 else { return BenchOutput() }
    let due = min(pacer.due(at: time.monotonic), pacer.total)
    guard counts.sent < due else { return wait(pacer, time, on: stream) }
    let count = min(UInt64(plan.batch), due - counts.sent)
    var payload: [UInt8] = []
    payload.reserveCapacity(Int(count) * RecordFormat.shortBytes)
    for _ in 0..<count {
      append(
        stamp: pacer.time(of: counts.sent, now: time.monotonic), time, to: &payload)
      counts.sent += 1
    }
    return frame(payload, on: stream, .now)
  }

  /// When there is nothing to send: until when, or the end of all.
  private mutating func wait(
    _ pacer: Pacer, _ time: BenchTime, on stream: UInt32
  ) -> BenchOutput {
    if let next = pacer.next(after: counts.sent, now: time.monotonic) {
      return BenchOutput(next: .at(next))
    }
    isLastSent = true
    return BenchOutput(bytes: send(connection.sendData([], isLast: true, on: stream)))
  }

  private mutating func frame(
    _ payload: [UInt8], on stream: UInt32, _ next: BenchOutput.Next
  ) -> BenchOutput {
    credit -= Int64(payload.count + WireFormat.headerBytes)
    return BenchOutput(bytes: send(connection.sendData(payload, on: stream)), next: next)
  }

  private mutating func definitions() -> [UInt8] {
    var payload: [UInt8] = []
    while defined < plan.symbols, payload.count < Self.definitionBytesMax {
      let instrument = Instrument(symbol: BenchPlan.symbol(defined))
      payload += DefinitionRecord(instrument, id: InstrumentID(UInt32(defined + 1))).encoded
      defined += 1
    }
    return payload
  }

  private mutating func append(stamp: Int64, _ time: BenchTime, to payload: inout [UInt8]) {
    let number = sequence &+ UInt64(index)
    sequence += 1
    var event = Event(
      Trade(
        instrument: InstrumentID(UInt32(number % UInt64(plan.symbols)) + 1),
        // 100.00 to 100.99
        price: Price(raw: 100_000_000_000 + Int64(number % 100) * 10_000_000),
        size: Quantity(raw: 1_000_000_000), eventTime: Timestamp(nanoseconds: time.wall),
        receiveTime: Timestamp(nanoseconds: .min), venueSequence: UInt64(bitPattern: stamp)))
    event.sequence = sequence
    encoder.append(event, to: &payload)
  }
}
