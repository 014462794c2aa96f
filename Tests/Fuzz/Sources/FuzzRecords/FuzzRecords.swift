import BinaryProtocol
import EngineCore

/// Feeds bytes to the decoders of the data plane: records, compressed payloads, requests and
/// answers, the subscriber's and the publisher's side. The first byte says which.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRecords(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  guard let mode = input.first else { return 0 }
  let bytes = Array(input.dropFirst())
  switch mode % 6 {
  case 0: checkRecords(bytes, step: Int(mode / 6) + 1)
  case 1: checkCompressed(bytes)
  case 2: checkRequests(bytes)
  case 3: checkStream(bytes, isCompressed: mode & 0x40 != 0, isConflated: mode & 0x80 != 0)
  case 4: checkReader(bytes, step: Int(mode / 6) + 1)
  default: checkPublisher(bytes)
  }
  return 0
}

/// One by one and in batches the same comes out, and what comes out can be written and read again.
private func checkRecords(_ bytes: [UInt8], step: Int) {
  var single = RecordDecoder(bytes.raw)
  var records: [Record] = []
  var failure: RecordError?
  do throws(RecordError) {
    while let record = try single.next() { records.append(record) }
  } catch {
    failure = error
  }
  precondition(single.offset <= bytes.count)

  var batched = RecordDecoder(bytes.raw)
  var slots = [Event](repeating: Event(), count: step)
  var again: [Record] = []
  do throws(RecordError) {
    while true {
      var span = slots.mutableSpan
      let (count, stop) = try batched.events(into: &span)
      for event in slots[..<count] { again.append(.event(event)) }
      if stop == .end { break }
      if stop == .other, let record = try batched.next() { again.append(record) }
    }
    precondition(failure == nil && again == records)
  } catch {
    precondition(error == failure)
    // What the failing batch held is not handed out here.
    precondition(again.count <= records.count)
  }

  let encoder = RecordEncoder(catalog: Catalog())
  var encoded: [UInt8] = []
  for record in records {
    switch record {
    case .event(let event):
      precondition(EventKind(rawValue: event.kindCode) != nil)
      _ = event.time
      encoder.append(event, to: &encoded)
    case .definition(let definition): encoded += definition.encoded
    case .position(let position): encoded += position.encoded
    }
  }
  var second = RecordDecoder(encoded.raw)
  var count = 0
  while let record = try? second.next() {
    if case .definition = record {} else { precondition(record == records[count]) }
    count += 1
  }
  precondition(count == records.count)
}

/// What inflates is what it says, within the limit, and comes back when it is compressed again.
private func checkCompressed(_ bytes: [UInt8]) {
  let expander = FrameExpander()
  var records: [UInt8] = []
  guard (try? expander.expand(bytes.raw, limit: 65_536, into: &records)) != nil else { return }
  precondition(records.count <= 65_536 && records.count % 8 == 0)
  var payload: [UInt8] = []
  FrameCompressor().append(records.raw, to: &payload)
  var again: [UInt8] = []
  precondition((try? expander.expand(payload.raw, limit: 65_536, into: &again)) != nil)
  precondition(again == records)
}

private func checkRequests(_ bytes: [UInt8]) {
  if let value = try? SubscribeRequest(decoding: bytes) {
    precondition((try? SubscribeRequest(decoding: value.encoded)) == value)
    precondition(!value.subjects.isEmpty && value.subjects.count <= 1_024)
  }
  if let value = try? SubscribeAnswer(decoding: bytes), value.encoded.count < 16_000 {
    let again = try? SubscribeAnswer(decoding: value.encoded)
    precondition(again?.position == value.position && again?.missing == value.missing)
  }
  if let value = try? SubscriptionUpdate(decoding: bytes) {
    precondition((try? SubscriptionUpdate(decoding: value.encoded)) == value)
  }
  if let value = try? SubscriptionIntervals(decoding: bytes) {
    precondition((try? SubscriptionIntervals(decoding: value.encoded)) == value)
  }
  if let value = try? PublishRequest(decoding: bytes) {
    precondition((try? PublishRequest(decoding: value.encoded)) == value)
  }
  if let value = try? PublishAcknowledgement(decoding: bytes) {
    let again = try? PublishAcknowledgement(decoding: value.encoded)
    precondition(again?.decided == value.decided && again?.creditBytes == value.creditBytes)
  }
  if let value = try? AuthenticateReply(decoding: bytes) {
    precondition((try? AuthenticateReply(decoding: value.encoded))?.rights == value.rights)
  }
  if let value = try? ServiceDescription(decoding: bytes) {
    precondition((try? ServiceDescription(decoding: value.encoded)) != nil)
  }
}

/// The position never goes back, and events that are in order are handed out.
private func checkStream(_ bytes: [UInt8], isCompressed: Bool, isConflated: Bool) {
  let answer = SubscribeAnswer(
    position: StreamPosition(epoch: 7, next: 5), policy: isConflated ? .conflate : .disconnect)
  let catalog = ClientCatalog()
  var decoder = SubscriptionDecoder(answer, catalog: catalog, limit: 65_536)
  var batch = SubscriptionBatch()
  for payload in [bytes, bytes] {
    let before = decoder.tracker.position.next
    let isGood =
      (try? decoder.decode(payload.raw, isCompressed: isCompressed, into: &batch)) != nil
    precondition(decoder.tracker.position.next >= before)
    for index in batch.events.indices {
      precondition(EventKind(rawValue: batch.events[index].kindCode) != nil)
    }
    if !isGood { return }
  }
}

/// Whatever a server sends, the reader gives batches or ends, and never goes on after its end.
private func checkReader(_ bytes: [UInt8], step: Int) {
  var options = ClientOptions(clientName: "fuzz", streamWindowBytes: 1_000)
  options.capabilities = [.data, .zlib]
  var reader = SubscriptionReader(SubscribeRequest([">"]), options: options)
  _ = reader.start(now: 0)
  let ack = HelloAck(
    version: 1, capabilities: 3, maxFrameBytes: 65_536, maxStreams: 8, maxCreditBytes: 1_000,
    keepAliveIntervalMillis: 1, keepAliveTimeoutMillis: 1,
    server: ServerIdentity(name: "", version: "", pid: 0, epoch: 7))
  _ = reader.received(FrameEncoder.encode(.helloAck(ack)).raw, now: 0) { _ in }
  var isOver = reader.isOver
  for start in stride(from: 0, to: bytes.count, by: step) {
    let part = Array(bytes[start..<min(start + step, bytes.count)])
    let sent = reader.received(part.raw, now: Int64(start)) { batch in
      precondition(!isOver)
      _ = batch.events.count
    }
    precondition(!isOver || sent.isEmpty)
    isOver = reader.isOver
  }
  _ = reader.close()
  precondition(reader.isOver)
}

/// Acknowledgements in any order and of any content: credit and counts stay what they can be.
private func checkPublisher(_ bytes: [UInt8]) {
  var state = PublisherState(maxPendingBytes: 4_096)
  let encoder = RecordEncoder(catalog: Catalog())
  state.define(DefinitionRecord(Instrument(symbol: "X"), id: InstrumentID(1)))
  var rest = bytes[...]
  while let choice = rest.popFirst() {
    switch choice & 3 {
    case 0 where state.room > 0:
      let trade = Trade(
        instrument: InstrumentID(1), price: .zero, eventTime: .zero, receiveTime: .zero)
      _ = state.add(Event(trade), encoder)
    case 1:
      if let payload = state.nextPayload(limit: 1_024) {
        precondition(payload.count <= 1_024 && payload.count % 64 == 0)
      }
    case 2:
      let acknowledgement = Array(rest.prefix(46))
      rest = rest.dropFirst(46)
      if let value = try? PublishAcknowledgement(decoding: acknowledgement) {
        let before = state.progress.decided
        try? state.acknowledged(value)
        precondition(state.progress.decided >= before)
      }
    case 3: state.connected()
    default: break
    }
    precondition(state.pendingBytes >= 0 && state.pendingBytes <= 4_096)
    precondition(state.progress.decided < state.nextSequence)
  }
}
