internal import BinaryProtocol
internal import EngineCore
internal import Fanout
internal import NIOCore

/// One client's `publish` call: what it has sent and not yet been taken, and what its ids mean.
final class PublishStream {
  /// Bytes that a client may have on their way.
  static let windowBytes: UInt32 = 4 << 20

  /// The payload of a data frame, as it came. It is inflated when its turn has come: what waits
  /// costs no more than it did on the wire.
  private struct Chunk {
    var bytes: ByteBuffer
    var isCompressed: Bool
    var isLast: Bool
    /// What it cost of the client's credit.
    let cost: UInt32
  }

  let stream: UInt32
  let connection: FeedConnection
  let source: SourceID
  let instance: UInt64
  private let grant: Access.Grant
  private var chunks: [Chunk] = []
  /// How many of the chunks are done with, and how far the next one is read.
  private var done = 0
  private var offset = 0
  private var names: PublisherNames
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
    names = PublisherNames(grant: grant, catalog: catalog)
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
    chunks.append(
      Chunk(
        bytes: payload, isCompressed: frame.isCompressed, isLast: frame.isLast,
        cost: UInt32(payload.readableBytes + WireFormat.headerBytes)))
  }

  /// What the frames that wait have in memory.
  var waitingBytes: Int { chunks[done...].reduce(0) { $0 + $1.bytes.readableBytes } }

  // MARK: Out to the bus

  /// Records looked at in one call, in bytes: also those that come to nothing take time.
  private static let workBytesMax = 256 << 10

  /// Publishes at most `room` events. Returns how many.
  func publish(
    to output: inout EventSink, room: Int, scratch: inout [Event], now: Timestamp
  ) -> Int {
    var published = 0
    var workBytes = 0
    while published < room, workBytes < Self.workBytesMax, fault == nil, done < chunks.count {
      guard let records = nextRecords() else {
        workBytes += RecordFormat.shortBytes
        continue
      }
      let span = records.readableBytesSpan
      var decoder = RecordDecoder(span.extracting(offset..<span.byteCount))
      do throws(RecordError) {
        published += try take(
          &decoder, to: &output, room: room - published, scratch: &scratch, now)
      } catch {
        fault = CallError(.invalidArgument, "a record at byte \(offset) of a frame: \(error)")
      }
      offset += decoder.offset
      workBytes += decoder.offset
    }
    if published > 0 {
      hasNews = true
      awaitsPosition = true
    }
    return published
  }

  /// The frame that is being read, inflated; nil when it was read to its end, or is none.
  private func nextRecords() -> ByteBuffer? {
    if chunks[done].isCompressed {
      let payload = chunks[done].bytes
      var records: [UInt8] = []
      do throws(RecordError) {
        try connection.server.intake.expander.expand(
          payload.readableBytesSpan, limit: Int(connection.server.limits.maxFrameBytes),
          into: &records)
      } catch {
        fault = CallError(.invalidArgument, "a compressed frame: \(error)")
        return nil
      }
      chunks[done].bytes = ByteBuffer(bytes: records)
      chunks[done].isCompressed = false
    }
    if offset < chunks[done].bytes.readableBytes { return chunks[done].bytes }
    if chunks[done].isLast { isFinished = true }
    // Only what was taken makes room for more.
    owedBytes += chunks[done].cost
    chunks[done].bytes = ByteBuffer()
    done += 1
    offset = 0
    if done == chunks.count {
      chunks.removeAll(keepingCapacity: true)
      done = 0
    }
    return nil
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
    if decoder.unknown.count > 0 { reject(decoder.unknown) }
    if fault == nil, stop == .other, case .definition(let definition)? = try decoder.next() {
      do throws(CallError) { try names.define(definition) } catch { fault = error }
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
    let targets = names.instruments
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

  /// What this version does not know is not taken, and not passed over in silence either.
  private func reject(_ unknown: UnknownRecords) {
    let error = CallError(.unimplemented, "a kind or version of records that is not known here")
    for sequence in unknown.sequences { list(sequence, error) }
    rejected += unknown.count
    connection.server.counters.rejected(unknown.count)
    decided = max(decided, unknown.last)
    hasNews = true
  }

  private func list(_ sequence: UInt64, _ error: CallError) {
    guard rejects.count < PublishAcknowledgement.rejectsMax else { return }
    rejects.append(
      PublishAcknowledgement.Reject(
        sequence: sequence, code: error.code, reason: error.message))
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
      connection.server.counters.rejected(1)
      list(event.sequence, error)
      return false
    }
  }

  /// The same event in the engine's ids.
  @inline(__always)
  private func target(of event: Event) -> Result<Event, CallError> {
    let kind = event.kindCode
    guard kind == 1 || kind == 2 || kind == 5 else { return otherTarget(of: event) }
    let id = Int(event.instrument.raw)
    guard let target = names.target(id) else {
      return .failure(CallError(.notFound, "instrument \(id) is not defined"))
    }
    guard target.kinds >> UInt32(kind) & 1 != 0 else {
      return .failure(
        CallError(.permissionDenied, "\(grant.name) may not publish \(event.kind) of it"))
    }
    var source = source
    if event.scope != 0 {
      guard let named = PublisherNames.lookUp(names.sources, Int(event.scope)) else {
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
      switch watermark.scope {
      case .source: watermark.id = source.raw
      case .spec:
        guard let spec = PublisherNames.lookUp(names.specs, Int(watermark.id)) else {
          return .failure(CallError(.notFound, "spec \(watermark.id) is not defined"))
        }
        watermark.id = spec.raw
      }
      return allowed(Event(watermark))
    case .status: return statusTarget(of: event)
    default:
      return .failure(
        CallError(.permissionDenied, "events of kind \(event.kind) cannot be published"))
    }
  }

  private func barTarget(of event: Event) -> Result<Event, CallError> {
    guard let target = names.target(Int(event.instrument.raw)) else {
      return .failure(CallError(.notFound, "instrument \(event.instrument.raw) is not defined"))
    }
    guard let spec = PublisherNames.lookUp(names.specs, Int(event.scope)) else {
      return .failure(CallError(.notFound, "spec \(event.scope) is not defined"))
    }
    return allowed(
      event.readdressed(source: SourceID(spec.raw), instrument: target.instrument))
  }

  private func statusTarget(of event: Event) -> Result<Event, CallError> {
    var status = event.status
    switch status.scope {
    case .plugin:
      return .failure(CallError(.permissionDenied, "the status of a plugin cannot be published"))
    case .instrument:
      guard let target = names.target(Int(event.instrument.raw)) else {
        return .failure(CallError(.notFound, "instrument \(event.instrument.raw) is not defined"))
      }
      status.instrument = target.instrument
    case .source: break
    }
    status.subject = PublisherNames.lookUp(names.texts, Int(status.subject.raw)) ?? .none
    if status.scope == .source, status.subject == .none {
      status.subject = names.subject(of: source)
    }
    status.reason = PublisherNames.lookUp(names.texts, Int(status.reason.raw)) ?? .none
    status.source = source
    return allowed(Event(status))
  }

  /// The event, if the client may publish it.
  private func allowed(_ event: Event) -> Result<Event, CallError> {
    guard names.allows(event) else {
      return .failure(
        CallError(.permissionDenied, "\(grant.name) may not publish this \(event.kind)"))
    }
    return .success(event)
  }

  // MARK: Acknowledging

  /// Tells the client what was decided and gives back what it may send. False when it has to wait.
  func sendAcknowledgement(granting first: UInt32 = 0) -> Bool {
    let credit = first + owedBytes
    let acknowledgement = PublishAcknowledgement(
      decided: decided, accepted: accepted, rejected: rejected,
      epoch: connection.server.hub.epoch, sequence: position, creditBytes: credit,
      rejects: rejects)
    let bytes = acknowledgement.encoded
    let isSent = first > 0 ? connection.answer(stream, bytes) : connection.message(stream, bytes)
    guard isSent else { return false }
    if owedBytes > 0 { connection.state.grant(owedBytes, on: stream) }
    owedBytes = 0
    rejects = []
    hasNews = false
    acknowledgeNow = false
    return true
  }

  /// Bytes taken for which no credit was given back.
  var owes: UInt32 { owedBytes }

  /// Ends the call when all is said. True when it did.
  func finishIfDone() -> Bool {
    if let fault {
      connection.settle(self, fault)
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
