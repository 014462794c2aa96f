import BinaryProtocol

/// Feeds bytes to the decoder and to both state machines, cut and interleaved with time and
/// handlers as the bytes themselves say, and checks what must always hold.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFrames(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  guard let mode = input.first else { return 0 }
  let bytes = Array(input.dropFirst())
  checkDecoder(bytes, step: Int(mode >> 3) + 1)
  let capabilities: WireCapabilities = mode & 2 == 0 ? [] : [.data, .zlib]
  checkServer(
    bytes, step: Int(mode >> 3) + 1, afterHandshake: mode & 1 == 1, capabilities: capabilities)
  checkClient(bytes, step: Int(mode >> 3) + 1, capabilities: capabilities)
  return 0
}

/// The pieces in which bytes arrive.
private func pieces(_ bytes: [UInt8], _ step: Int) -> [[UInt8]] {
  stride(from: 0, to: bytes.count, by: step).map { Array(bytes[$0..<min($0 + step, bytes.count)]) }
}

/// What decodes must encode to something that decodes to the same, however the bytes were cut.
private func checkDecoder(_ bytes: [UInt8], step: Int) {
  func decode(_ parts: [[UInt8]]) -> ([Frame], FrameError?) {
    var decoder = FrameDecoder(maxPayloadBytes: 65_536)
    var frames: [Frame] = []
    for part in parts {
      decoder.append(part)
      do throws(FrameError) {
        while let frame = try decoder.next() { frames.append(frame) }
      } catch {
        return (frames, error)
      }
      precondition(decoder.bufferedBytes < 65_536 + WireFormat.headerBytes)
    }
    return (frames, nil)
  }
  let whole = decode([bytes])
  let cut = decode(pieces(bytes, step))
  precondition(whole.0 == cut.0 && whole.1 == cut.1)
  let encoded = whole.0.flatMap { FrameEncoder.encode($0) }
  precondition(decode([encoded]).0 == whole.0)
}

private func server(_ capabilities: WireCapabilities) -> ServerConnection {
  var limits = ConnectionLimits()
  limits.maxStreams = 4
  limits.maxCreditBytes = 1_000
  let identity = ServerIdentity(name: "fuzz", version: "0", pid: 1, epoch: 1)
  return ServerConnection(
    identity: identity, limits: limits, capabilities: capabilities, now: 0)
}

private func checkServer(
  _ bytes: [UInt8], step: Int, afterHandshake: Bool, capabilities: WireCapabilities
) {
  var connection = server(capabilities)
  var intake: Set<UInt32> = []
  var running: Set<UInt32> = []
  var now: Int64 = 0
  var isClosed = false

  func perform(_ actions: [ServerAction], of input: [UInt8] = []) {
    precondition(actions.isEmpty || !isClosed)
    for action in actions {
      precondition(!isClosed)
      switch action {
      case .startCall(let stream, let request, _):
        precondition(running.insert(stream).inserted)
        precondition(!request.method.isEmpty)
      case .resume(let stream), .cancelCall(let stream, _):
        precondition(running.contains(stream))
      case .close: isClosed = true
      case .send(let bytes): precondition(!bytes.isEmpty)
      case .opened, .refusedCall: break
      case .data(let frame):
        precondition(intake.contains(frame.stream) && running.contains(frame.stream))
        precondition(capabilities.contains(.data))
        frame.withPayload(of: input.raw) { precondition($0.byteCount == frame.payload.count) }
      }
    }
    precondition(connection.streamCount <= 4)
    precondition(connection.isClosed == isClosed)
  }

  if afterHandshake {
    let hello = Frame.hello(Hello(capabilities: 3, maxFrameBytes: 65_536, clientName: ""))
    perform(connection.received(FrameEncoder.encode(hello), now: now))
  }
  for part in pieces(bytes, step) {
    perform(connection.received(part.raw, now: now), of: part)
    let choice = part[0]
    if choice & 0x40 != 0 {
      now = now.addingReportingOverflow(Int64(choice) << 26).partialValue
      perform(connection.timePassed(now: now))
    }
    for stream in running.sorted() {
      if choice & 0x03 == 1 { _ = connection.send([choice], on: stream) }
      if choice & 0x07 == 4 {
        let before = connection.creditBytes(of: stream)
        if connection.spend(Int(choice), on: stream) == .granted {
          precondition(capabilities.contains(.data) && (before ?? 0) > 0)
        }
      }
      if choice & 0x07 == 5 {
        connection.grant(UInt32(choice), on: stream)
        intake.insert(stream)
      }
      if choice & 0x03 == 2 {
        running.remove(stream)
        perform(connection.finish(stream, reply: [choice]))
      }
    }
    if choice == 0x07 { perform(connection.writabilityChanged(part.count & 1 == 0)) }
    if choice == 0x0F { perform(connection.shutDown("fuzz", now: now)) }
  }
  perform(connection.transportClosed(CloseReason(.peerClosed, "")))
  precondition(connection.isClosed && connection.streamCount == 0)
}

private func checkClient(_ bytes: [UInt8], step: Int, capabilities: WireCapabilities) {
  var connection = ClientConnection(clientName: "fuzz", capabilities: capabilities)
  var open: Set<UInt32> = []
  var isClosed = false

  var takers: Set<UInt32> = []

  func perform(_ actions: [ClientAction], of input: [UInt8] = []) {
    for action in actions {
      precondition(!isClosed)
      switch action {
      case .deliver(let stream, _): precondition(open.contains(stream))
      case .endStream(let stream, _): precondition(open.remove(stream) != nil)
      case .close: isClosed = true
      case .send, .opened: break
      case .data(let frame):
        precondition(takers.contains(frame.stream) && open.contains(frame.stream))
        frame.withPayload(of: input.raw) { precondition($0.byteCount == frame.payload.count) }
      }
    }
  }

  perform(connection.start(now: 0))
  let ack = HelloAck(
    version: 1, capabilities: capabilities.rawValue, maxFrameBytes: 65_536, maxStreams: 8,
    maxCreditBytes: 1_000,
    keepAliveIntervalMillis: 1, keepAliveTimeoutMillis: 1,
    server: ServerIdentity(name: "", version: "", pid: 0, epoch: 0))
  perform(connection.received(FrameEncoder.encode(.helloAck(ack)), now: 0))
  for credit: UInt32 in [0, 1, 100, 1_000] {
    let request = CallRequest(method: "m", initialCreditBytes: credit, isUnary: credit == 0)
    let takesData = credit >= 100
    if let (stream, actions) = try? connection.startCall(
      request, takesData: takesData, silenceNanos: 50, now: 0)
    {
      open.insert(stream)
      if takesData { takers.insert(stream) }
      perform(actions)
    }
  }
  for part in pieces(bytes, step) {
    perform(connection.received(part.raw, now: 0), of: part)
    if part[0] == 9 { perform(connection.timePassed(now: 100)) }
    if part[0] == 3 { perform(connection.consumed(part.count, on: UInt32(part.count))) }
    if part[0] == 5 { perform(connection.cancel(UInt32(part.count))) }
  }
  perform(connection.transportClosed(CloseReason(.peerClosed, "")))
  precondition(open.isEmpty && connection.isClosed)
}
