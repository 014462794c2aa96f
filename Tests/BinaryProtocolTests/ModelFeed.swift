import EngineCore
import Synchronization

@testable import BinaryProtocol

/// A feed in memory, written as plainly as can be: a log of numbered trades of instruments 1 to 5,
/// subscriptions that take all or one instrument, publishers. Tests cut its connections.
actor ModelFeed {
  struct Reader {
    var cursor: UInt64
    var instrument: UInt32?
    var isCompressed: Bool
    /// Frames that come before the log.
    var prelude: [[UInt8]]
    var defined: Set<UInt32> = []
  }

  /// What the feed knows of a publisher beyond its connections.
  struct Known {
    var decided: UInt64 = 0
    var accepted: UInt64 = 0
    var rejected: UInt64 = 0
  }

  struct Intake {
    var instance: UInt64
    var owedCredit: UInt32 = 0
    var rejects: [PublishAcknowledgement.Reject] = []
    var definitions = 0
    var mustAnswer = true
    var isLast = false
  }

  struct Line {
    var transport: LoopbackTransport
    var connection: ServerConnection
    var readers: [UInt32: Reader] = [:]
    var intakes: [UInt32: Intake] = [:]
    var isAllowed: Bool
  }

  static let epoch: UInt64 = 7
  static let intakeWindow: UInt32 = 1_500
  private let retained: UInt64
  private let token: String?
  private(set) var random: SeededRandom
  private(set) var last: UInt64 = 0
  private(set) var starts: [SubscribeStart] = []
  /// Prices of the events that publishers brought in, in order.
  private(set) var taken: [Int64] = []
  private(set) var updates: [SubscriptionUpdate] = []
  var known: [UInt64: Known] = [:]
  var lines: [Int: Line] = [:]
  private var nextLine = 0
  private let encoder = RecordEncoder(catalog: Catalog())
  let expander = FrameExpander()
  private let compressor = FrameCompressor()

  init(seed: UInt64, retained: UInt64 = 60, token: String? = nil) {
    random = SeededRandom(seed: seed)
    self.retained = retained
    self.token = token
  }

  static func instrument(of sequence: UInt64) -> UInt32 { UInt32(sequence % 5) + 1 }

  var oldest: UInt64 { last > retained ? last - retained + 1 : 1 }

  func grow(by count: UInt64) {
    last += count
    for id in lines.keys.sorted() { pump(id) }
  }

  /// Breaks every connection; what is on its way is lost.
  func cut() { for line in lines.values { line.transport.cut() } }

  func forgetPublishers() { known = [:] }

  /// Ends every call well.
  func finish() {
    for id in lines.keys.sorted() {
      for stream in (lines[id]?.readers.keys.sorted() ?? []) {
        lines[id]?.readers[stream] = nil
        if let actions = lines[id]?.connection.finish(stream, with: .ok) {
          perform(actions, id, [])
        }
      }
    }
  }

  func serve(_ transport: LoopbackTransport) async {
    let id = nextLine
    nextLine += 1
    let connection = ServerConnection(
      identity: ServerWire.identity, limits: Self.limits, capabilities: [.data, .zlib], now: 0)
    lines[id] = Line(transport: transport, connection: connection, isAllowed: token == nil)
    while true {
      switch await transport.receive() {
      case .bytes(let bytes):
        guard let actions = lines[id]?.connection.received(bytes.raw, now: 0) else { return }
        perform(actions, id, bytes)
      case .writable:
        if let actions = lines[id]?.connection.writabilityChanged(true) {
          perform(actions, id, [])
        }
      case .closed(let reason):
        _ = lines[id]?.connection.transportClosed(reason)
        lines[id] = nil
        return
      }
      pump(id)
    }
  }

  static var limits: ConnectionLimits {
    var limits = ConnectionLimits()
    limits.keepAliveIntervalNanos = 0
    return limits
  }

  func send(_ bytes: [UInt8], _ id: Int) {
    guard let outcome = lines[id]?.transport.send(bytes) else { return }
    if outcome == .acceptedNowFull { _ = lines[id]?.connection.writabilityChanged(false) }
  }

  func perform(_ actions: [ServerAction], _ id: Int, _ input: [UInt8]) {
    for action in actions {
      switch action {
      case .send(let bytes): send(bytes, id)
      case .startCall(let stream, let request, _): start(request, stream, id)
      case .data(let frame): take(frame, id, input)
      case .cancelCall(let stream, let error):
        lines[id]?.readers[stream] = nil
        lines[id]?.intakes[stream] = nil
        _ = lines[id]?.connection.finish(stream, with: error.status)
      case .opened, .resume, .refusedCall: break
      case .close: lines[id]?.transport.close(flushing: true)
      }
    }
  }

  // MARK: - Calls

  private func start(_ request: CallRequest, _ stream: UInt32, _ id: Int) {
    do throws(CallError) {
      let isAllowed = lines[id]?.isAllowed ?? false
      guard isAllowed || request.method == AuthenticateReply.method else {
        throw CallError(.unauthenticated, "no token")
      }
      switch request.method {
      case AuthenticateReply.method:
        guard request.metadata.first(where: { $0.key == "token" })?.value == token else {
          throw CallError(.unauthenticated, "unknown token")
        }
        lines[id]?.isAllowed = true
        reply(AuthenticateReply(name: "test", rights: .subscribe).encoded, stream, id)
      case SubscribeRequest.method:
        try subscribe(try SubscribeRequest(decoding: request.payload), stream, id)
      case SubscriptionUpdate.method:
        let update = try SubscriptionUpdate(decoding: request.payload)
        guard lines[id]?.readers[update.stream] != nil else {
          throw CallError(.notFound, "no subscription \(update.stream)")
        }
        updates.append(update)
        reply(
          SubscriptionIntervals(
            conflationNanos: update.conflationNanos ?? 0, flushNanos: update.flushNanos ?? 0
          ).encoded, stream, id)
      case PublishRequest.method:
        let publish = try PublishRequest(decoding: request.payload)
        endOlder(publish.instance)
        lines[id]?.intakes[stream] = Intake(
          instance: publish.instance, owedCredit: Self.intakeWindow)
      default: throw CallError(.unimplemented, request.method)
      }
    } catch {
      if let actions = lines[id]?.connection.finish(stream, with: error.status) {
        perform(actions, id, [])
      }
    }
  }

  /// Another call of a publisher takes its place.
  private func endOlder(_ instance: UInt64) {
    for id in lines.keys.sorted() {
      for (stream, intake) in lines[id]?.intakes ?? [:] where intake.instance == instance {
        lines[id]?.intakes[stream] = nil
        let error = CallError(.aborted, "called again")
        if let actions = lines[id]?.connection.finish(stream, with: error.status) {
          perform(actions, id, [])
        }
      }
    }
  }

  private func reply(_ bytes: [UInt8], _ stream: UInt32, _ id: Int) {
    if let actions = lines[id]?.connection.finish(stream, reply: bytes) { perform(actions, id, []) }
  }

  private func subscribe(
    _ request: SubscribeRequest, _ stream: UInt32, _ id: Int
  ) throws(CallError) {
    starts.append(request.start)
    var reader = Reader(
      cursor: last + 1, instrument: request.subjects.first.flatMap { UInt32($0.dropFirst(6)) },
      isCompressed: request.options.contains(.compress), prelude: [])
    var answer = SubscribeAnswer(
      position: StreamPosition(epoch: Self.epoch, next: last + 1), policy: request.policy,
      options: request.options)
    var gap: [UInt8] = []
    if case .position(let position) = request.start {
      guard position.next <= last + 1 else { throw CallError(.outOfRange, "in the future") }
      reader.cursor = max(position.next, oldest)
      answer.resume = .complete
      if position.next < oldest {
        answer.resume = .partial
        answer.missing = position.next...oldest - 1
        gap = Self.gap(position.next, oldest - 1, .unavailable)
      }
      answer.position.next = position.next
    }
    reader.prelude.append(self.position(answer.position.next) + gap)
    if request.start == .snapshot {
      for instrument in UInt32(1)...5 where last >= 5 {
        var sequence = last
        while Self.instrument(of: sequence) != instrument { sequence -= 1 }
        var event = Event.numbered(sequence, instrument: instrument)
        event.flags = .snapshot
        var bytes = Self.definition(instrument)
        encoder.append(event, to: &bytes)
        reader.defined.insert(instrument)
        reader.prelude.append(bytes)
      }
      reader.prelude.append(self.position(last + 1, isEnd: true))
    }
    lines[id]?.readers[stream] = reader
    if case .send(let bytes)? = lines[id]?.connection.send(answer.encoded, on: stream) {
      send(bytes, id)
    }
  }

  private func position(_ next: UInt64, isEnd: Bool = false) -> [UInt8] {
    PositionRecord(epoch: Self.epoch, next: next, time: .zero, isSnapshotEnd: isEnd).encoded
  }

  static func gap(_ first: UInt64, _ last: UInt64, _ reason: GapReason) -> [UInt8] {
    let gap = Gap(
      subscriber: .none, reason: reason, first: first, last: last, count: last - first + 1,
      time: .zero)
    var bytes: [UInt8] = []
    RecordEncoder(catalog: Catalog()).append(Event(gap), to: &bytes)
    return bytes
  }

  static func definition(_ instrument: UInt32) -> [UInt8] {
    DefinitionRecord(Instrument(symbol: "S\(instrument)"), id: InstrumentID(instrument)).encoded
  }

  // MARK: - Sending

  func pump(_ id: Int) {
    for stream in (lines[id]?.readers.keys.sorted() ?? []) {
      while let reader = lines[id]?.readers[stream] {
        guard let (payload, after) = next(reader), write(payload, after, stream, id) else { break }
      }
    }
    for stream in (lines[id]?.intakes.keys.sorted() ?? []) { acknowledge(stream, id) }
  }

  /// The next frame of a reader and what it is afterwards; nil when it has all.
  private func next(_ reader: Reader) -> (payload: [UInt8], after: Reader)? {
    var after = reader
    if !reader.prelude.isEmpty { return (after.prelude.removeFirst(), after) }
    guard reader.cursor <= last else { return nil }
    var payload: [UInt8] = []
    if reader.cursor < oldest {
      payload += Self.gap(reader.cursor, oldest - 1, .overrun)
      after.cursor = oldest
    }
    let end = min(last, after.cursor + UInt64.random(in: 0...9, using: &random))
    var isTold = false
    for sequence in after.cursor...end {
      let instrument = Self.instrument(of: sequence)
      isTold = reader.instrument == nil || reader.instrument == instrument
      guard isTold else { continue }
      if after.defined.insert(instrument).inserted { payload += Self.definition(instrument) }
      encoder.append(.numbered(sequence, instrument: instrument), to: &payload)
    }
    after.cursor = end + 1
    if !isTold { payload += position(end + 1) }
    return (payload, after)
  }

  private func write(_ payload: [UInt8], _ after: Reader, _ stream: UInt32, _ id: Int) -> Bool {
    var body = payload
    let isCompressed = after.isCompressed && random.chance(50)
    if isCompressed {
      body = []
      compressor.append(payload.raw, to: &body)
    }
    guard lines[id]?.connection.spend(body.count, on: stream) == .granted else { return false }
    lines[id]?.readers[stream] = after
    var frame: [UInt8] = []
    FrameEncoder.appendDataHeader(
      stream: stream, payloadBytes: body.count, isCompressed: isCompressed, to: &frame)
    send(frame + body, id)
    return true
  }

  func took(_ price: Int64) { taken.append(price) }
}
