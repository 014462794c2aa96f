internal import BinaryProtocol
internal import EngineCore
internal import NIOCore

/// One client's `publish` call: what it has sent and not yet been taken, and what its ids mean.
final class PublishStream {
  /// Bytes that a client may have on their way.
  static let windowBytes: UInt32 = 4 << 20

  private struct Chunk {
    var bytes: ByteBuffer
    var isLast: Bool
  }

  /// What an instrument id of the client stands for.
  private struct Target {
    var instrument: InstrumentID
    /// Kinds that the client may publish of it, as a mask.
    var kinds: UInt32
  }

  let stream: UInt32
  let connection: FeedConnection
  let source: SourceID
  let instance: UInt64
  private let grant: Access.Grant
  private let catalog: Catalog
  private var chunks: [Chunk] = []
  /// How many of the chunks are done with, and how far the next one is read.
  private var done = 0
  private var offset = 0
  private var instruments: [Target?] = []
  private var sources: [SourceID?] = []
  private var specs: [SpecID?] = []
  private var texts: [TextID?] = []
  private(set) var decided: UInt64
  private(set) var accepted: UInt64
  private(set) var rejected: UInt64
  var position: UInt64
  private var rejects: [PublishAcknowledgement.Reject] = []
  private var owedBytes: UInt32 = 0
  private var isFinished = false
  /// The sequence of the last event of the run that was taken.
  private var lastTaken: UInt64 = 0
  private var fault: CallError?
  /// Decided records that no acknowledgement has told.
  private(set) var hasNews = false
  /// Published in this turn: it is told the position once it is on the bus.
  var awaitsPosition = false
  var acknowledgeNow = false
  var acknowledgedNanos: Int64 = 0
  var isQueued = false
  var isTelling = false
  var isOver = false

  init(
    stream: UInt32, connection: FeedConnection, source: SourceID, grant: Access.Grant,
    catalog: Catalog, instance: UInt64, history: Intake.History
  ) {
    self.stream = stream
    self.connection = connection
    self.source = source
    self.grant = grant
    self.catalog = catalog
    self.instance = instance
    decided = history.decided
    accepted = history.accepted
    rejected = history.rejected
    position = history.position
  }

  var history: Intake.History {
    Intake.History(
      decided: decided, accepted: accepted, rejected: rejected, position: position)
  }

  /// There is something to be published, or the end to be told.
  var hasWork: Bool { !isOver && (!chunks.isEmpty || fault != nil) }

  // MARK: In

  func received(_ payload: ByteBuffer, _ frame: DataFrame) {
    guard !isOver, fault == nil else { return }
    owedBytes += UInt32(payload.readableBytes + WireFormat.headerBytes)
    guard frame.isCompressed else {
      chunks.append(Chunk(bytes: payload, isLast: frame.isLast))
      return
    }
    var records: [UInt8] = []
    do throws(RecordError) {
      try connection.server.intake.expander.expand(
        payload.readableBytesSpan, limit: Int(connection.server.limits.maxFrameBytes),
        into: &records)
      chunks.append(Chunk(bytes: ByteBuffer(bytes: records), isLast: frame.isLast))
    } catch {
      fault = CallError(.invalidArgument, "a compressed frame: \(error)")
    }
  }

  // MARK: Out to the bus

  /// Publishes at most `room` events. Returns how many.
  func publish(
    to output: inout EventSink, room: Int, scratch: inout [Event], now: Timestamp
  ) -> Int {
    var published = 0
    while published < room, fault == nil, done < chunks.count {
      let chunk = chunks[done]
      let records = chunk.bytes
      let span = records.readableBytesSpan
      guard offset < span.byteCount else {
        done += 1
        offset = 0
        if chunk.isLast { isFinished = true }
        if done == chunks.count {
          chunks.removeAll(keepingCapacity: true)
          done = 0
        }
        continue
      }
      var decoder = RecordDecoder(span.extracting(offset..<span.byteCount))
      do throws(RecordError) {
        published += try take(
          &decoder, to: &output, room: room - published, scratch: &scratch, now)
      } catch {
        fault = CallError(.invalidArgument, "a record at byte \(offset) of a frame: \(error)")
      }
      offset += decoder.offset
    }
    if published > 0 {
      hasNews = true
      awaitsPosition = true
    }
    return published
  }

  private func take(
    _ decoder: inout RecordDecoder, to output: inout EventSink, room: Int,
    scratch: inout [Event], _ now: Timestamp
  ) throws(RecordError) -> Int {
    let most = min(room, scratch.count)
    var slots = scratch.mutableSpan
    var part = slots._mutatingExtracting(0..<most)
    let (count, stop) = try decoder.events(into: &part)
    let published = take(&part, count, to: &output, now)
    if fault == nil, stop == .other, case .definition(let definition)? = try decoder.next() {
      define(definition)
    }
    return published
  }

  /// Publishes events that were decoded. Runs of the usual ones are changed in place and go out
  /// together; what belongs to the stream is read and written once a run.
  private func take(
    _ events: inout MutableSpan<Event>, _ count: Int, to output: inout EventSink, _ now: Timestamp
  ) -> Int {
    var index = 0
    var published = 0
    while index < count, fault == nil {
      let start = index
      index = takeUsual(&events, from: start, to: count, now)
      if index > start {
        output.publish(events.span.extracting(start..<index))
        decided = lastTaken
        accepted += UInt64(index - start)
        hasNews = true
        published += index - start
      }
      guard index < count else { break }
      let event = events[index]
      index += 1
      guard event.sequence > decided else {
        fault = CallError(
          .invalidArgument,
          "sequence \(event.sequence) after \(decided): sequences rise by event")
        break
      }
      decided = event.sequence
      if takeOther(event, to: &output, now) { published += 1 }
    }
    return published
  }

  /// Makes trades and quotes of known instruments the engine's own; returns where they end.
  private func takeUsual(
    _ events: inout MutableSpan<Event>, from start: Int, to end: Int, _ now: Timestamp
  ) -> Int {
    let targets = instruments
    let source = source
    var last = decided
    var index = start
    while index < end {
      let sequence = events[index].sequence
      let kind = events[index].kindCode
      let id = Int(events[index].instrument.raw)
      guard sequence > last, kind == 1 || kind == 2, events[index].scope == 0,
        id < targets.count, let target = targets[id], target.kinds >> UInt32(kind) & 1 != 0
      else { break }
      last = sequence
      events[index].receive(at: now, source: source, instrument: target.instrument)
      index += 1
    }
    lastTaken = last
    return index
  }

  private func takeOther(_ event: Event, to output: inout EventSink, _ now: Timestamp) -> Bool {
    hasNews = true
    switch target(of: event) {
    case .success(let target):
      output.publish(target.received(at: now))
      accepted += 1
      return true
    case .failure(let error):
      rejected += 1
      connection.server.hub.counters.rejected(1)
      if rejects.count < PublishAcknowledgement.rejectsMax {
        rejects.append(
          PublishAcknowledgement.Reject(
            sequence: event.sequence, code: error.code, reason: error.message))
      }
      return false
    }
  }

  /// The same event in the engine's ids.
  @inline(__always)
  private func target(of event: Event) -> Result<Event, CallError> {
    let kind = event.kindCode
    guard kind == 1 || kind == 2 || kind == 5 else { return otherTarget(of: event) }
    let id = Int(event.instrument.raw)
    guard id < instruments.count, let target = instruments[id] else {
      return .failure(CallError(.notFound, "instrument \(id) is not defined"))
    }
    guard target.kinds >> UInt32(kind) & 1 != 0 else {
      return .failure(
        CallError(.permissionDenied, "\(grant.name) may not publish \(event.kind) of it"))
    }
    var source = source
    if event.scope != 0 {
      guard Int(event.scope) < sources.count, let named = sources[Int(event.scope)] else {
        return .failure(CallError(.notFound, "source \(event.scope) is not defined"))
      }
      source = named
    }
    return .success(event.readdressed(source: source, instrument: target.instrument))
  }

  private func otherTarget(of event: Event) -> Result<Event, CallError> {
    switch event.kind {
    case .bar: return barTarget(of: event)
    case .watermark:
      var watermark = event.watermark
      guard mayPublish(event.kind) else { return .failure(denied(event.kind)) }
      switch watermark.scope {
      case .source: watermark.id = source.raw
      case .spec:
        guard let spec = Self.lookUp(specs, Int(watermark.id)) else {
          return .failure(CallError(.notFound, "spec \(watermark.id) is not defined"))
        }
        watermark.id = spec.raw
      }
      return .success(Event(watermark))
    case .status: return statusTarget(of: event)
    default:
      return .failure(
        CallError(.permissionDenied, "events of kind \(event.kind) cannot be published"))
    }
  }

  private func barTarget(of event: Event) -> Result<Event, CallError> {
    guard let target = Self.lookUp(instruments, Int(event.instrument.raw)) else {
      return .failure(CallError(.notFound, "instrument \(event.instrument.raw) is not defined"))
    }
    guard let spec = Self.lookUp(specs, Int(event.scope)) else {
      return .failure(CallError(.notFound, "spec \(event.scope) is not defined"))
    }
    guard target.kinds >> UInt32(event.kindCode) & 1 != 0 else {
      return .failure(denied(.bar))
    }
    return .success(
      event.readdressed(source: SourceID(spec.raw), instrument: target.instrument))
  }

  private func statusTarget(of event: Event) -> Result<Event, CallError> {
    var status = event.status
    guard mayPublish(.status) else { return .failure(denied(.status)) }
    switch status.scope {
    case .plugin:
      return .failure(CallError(.permissionDenied, "the status of a plugin cannot be published"))
    case .instrument:
      guard let target = Self.lookUp(instruments, Int(event.instrument.raw)) else {
        return .failure(CallError(.notFound, "instrument \(event.instrument.raw) is not defined"))
      }
      status.instrument = target.instrument
    case .source: break
    }
    status.subject = Self.lookUp(texts, Int(status.subject.raw)) ?? .none
    status.reason = Self.lookUp(texts, Int(status.reason.raw)) ?? .none
    status.source = source
    return .success(Event(status))
  }

  private static func lookUp<Value>(_ values: [Value?], _ id: Int) -> Value? {
    id >= 0 && id < values.count ? values[id] : nil
  }

  private func denied(_ kind: EventKind) -> CallError {
    CallError(.permissionDenied, "\(grant.name) may not publish \(kind)")
  }

  private func mayPublish(_ kind: EventKind) -> Bool {
    grant.publish.contains { $0.kinds.contains(kind) }
  }

  // MARK: Names

  private func define(_ definition: DefinitionRecord) {
    let id = Int(definition.id)
    guard (1...65_535).contains(id) else {
      fault = CallError(
        .resourceExhausted, "\(definition.namespace) \(id): ids are from 1 to 65,535")
      return
    }
    switch definition.namespace {
    case .instrument:
      let instrument = catalog.define(
        definition.instrument ?? Instrument(symbol: definition.text))
      Self.put(
        Target(instrument: instrument, kinds: kinds(of: instrument)), at: id, in: &instruments)
    case .source: Self.put(catalog.source(definition.text), at: id, in: &sources)
    case .spec: Self.put(catalog.spec(definition.text), at: id, in: &specs)
    case .text: Self.put(catalog.intern(definition.text), at: id, in: &texts)
    case .rule: break
    }
  }

  private static func put<Value>(_ value: Value?, at id: Int, in values: inout [Value?]) {
    if id >= values.count {
      values.append(contentsOf: repeatElement(nil, count: id + 1 - values.count))
    }
    values[id] = value
  }

  /// Kinds of an instrument that the client may publish.
  private func kinds(of instrument: InstrumentID) -> UInt32 {
    let filter = SubjectFilter(grant.publish, catalog: catalog)
    return Routes.marketKinds.reduce(0) { mask, kind in
      let event = Event(kind: kind, scope: 0, instrument: instrument)
      let isAllowed = filter.matches(event) || (kind == .bar && coversBars(of: instrument, filter))
      return isAllowed ? mask | 1 << UInt32(kind.rawValue) : mask
    }
  }

  private func coversBars(of instrument: InstrumentID, _ filter: SubjectFilter) -> Bool {
    switch filter.coverage(of: .bar) {
    case .none: false
    case .all: true
    case .some(let instruments): instruments.contains(instrument)
    }
  }

  // MARK: Acknowledging

  /// Tells the client what was decided and gives back what it may send. False when it has to wait.
  func sendAcknowledgement(granting first: UInt32 = 0) -> Bool {
    let credit = first + owedBytes
    let acknowledgement = PublishAcknowledgement(
      decided: decided, accepted: accepted, rejected: rejected,
      epoch: connection.server.hub.epoch, sequence: position, creditBytes: credit,
      rejects: rejects)
    guard connection.message(stream, acknowledgement.encoded) else { return false }
    if owedBytes > 0 { connection.state.grant(owedBytes, on: stream) }
    owedBytes = 0
    rejects = []
    hasNews = false
    acknowledgeNow = false
    return true
  }

  /// Bytes taken for which no credit was given back.
  var owes: UInt32 { chunks.isEmpty ? owedBytes : 0 }

  /// Ends the call when all is said. True when it did.
  func finishIfDone() -> Bool {
    if let fault {
      connection.end(self, fault)
      return true
    }
    guard isFinished, chunks.isEmpty else { return false }
    let last = PublishAcknowledgement(
      decided: decided, accepted: accepted, rejected: rejected,
      epoch: connection.server.hub.epoch, sequence: position, creditBytes: 0, rejects: rejects)
    connection.end(self, reply: last.encoded)
    return true
  }
}
