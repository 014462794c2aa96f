import EngineCore
import WebProtocol

/// Feeds bytes to the frame decoder, to both sides of a connection and to the native protocol, cut
/// as the bytes themselves say, and checks what must always hold.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWeb(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  guard let mode = input.first else { return 0 }
  let bytes = Array(input.dropFirst())
  let role: WebSocketRole = mode & 1 == 0 ? .server : .client
  let deflate = mode & 2 == 0 ? nil : DeflateAgreement(clientKeepsContext: mode & 4 == 0)
  let step = Int(mode >> 4) + 1
  checkDecoder(bytes, role, deflate, step)
  checkConnection(bytes, role, deflate, step)
  checkRequests(bytes, needsToken: mode & 8 != 0)
  checkHeaders(bytes)
  return 0
}

private func pieces(_ bytes: [UInt8], _ step: Int) -> [[UInt8]] {
  stride(from: 0, to: bytes.count, by: step).map { Array(bytes[$0..<min($0 + step, bytes.count)]) }
}

private var limits: WebSocketLimits {
  var limits = WebSocketLimits()
  limits.frameBytes = 50_000
  limits.messageBytes = 60_000
  limits.fragments = 20
  limits.expansionFloorBytes = 10_000
  return limits
}

private enum Found: Equatable {
  case message(WebSocketMessage.Kind, [UInt8])
  case other(WebSocketItem)
}

/// However the bytes are cut, the same comes out, and text is text.
private func checkDecoder(
  _ bytes: [UInt8], _ role: WebSocketRole, _ deflate: DeflateAgreement?, _ step: Int
) {
  func decode(_ parts: [[UInt8]]) -> ([Found], WebSocketError?) {
    var decoder = WebSocketDecoder(role: role, limits: limits, deflate: deflate)
    var found: [Found] = []
    for part in parts {
      var position = 0
      do throws(WebSocketError) {
        while let item = try decoder.next(part.span.bytes, &position) {
          guard case .message(let message) = item else {
            found.append(.other(item))
            continue
          }
          let payload = decoder.withPayload(of: message, in: part.span.bytes) { span in
            span.withUnsafeBytes { Array($0) }
          }
          precondition(payload.count <= 60_000)
          if message.kind == .text {
            precondition(String(validating: payload, as: UTF8.self) != nil)
          }
          found.append(.message(message.kind, payload))
        }
      } catch {
        precondition(error.code.isSendable)
        return (found, error)
      }
      precondition(position == part.count)
      precondition(decoder.heldBytes <= 400_000)
    }
    return (found, nil)
  }
  let whole = decode([bytes])
  let cut = decode(pieces(bytes, step))
  precondition(whole.0 == cut.0 && whole.1 == cut.1)
}

/// Nothing comes after the end, and what a side sends is what the other side takes.
private func checkConnection(
  _ bytes: [UInt8], _ role: WebSocketRole, _ deflate: DeflateAgreement?, _ step: Int
) {
  var connection = WebSocketConnection(
    role: role, limits: limits, deflate: deflate, maskSeed: 1, now: 0)
  var peer = WebSocketDecoder(role: role == .server ? .client : .server)
  var isOver = false
  var now: Int64 = 0
  func hear(_ frame: [UInt8]) {
    var position = 0
    do { _ = try peer.next(frame.span.bytes, &position) } catch {
      preconditionFailure("\(error)")
    }
    precondition(position == frame.count)
  }
  func perform(_ event: WebSocketEvent) {
    precondition(!isOver)
    switch event {
    case .send(let frame): hear(frame)
    case .close: isOver = true
    case .message, .pong: break
    }
  }
  for part in pieces(bytes, step) {
    var position = 0
    while let event = connection.next(part.span.bytes, &position, now: now) { perform(event) }
    precondition(position == part.count)
    precondition(connection.isOver == isOver)
    if part[0] & 0x1F == 3 {
      now += Int64(part[0]) << 27
      for event in connection.timePassed(now: now) { perform(event) }
    }
    if part[0] == 0x77 {
      for event in connection.close(.goingAway, "", now: now) { perform(event) }
    }
  }
  precondition((connection.transportClosed() == nil) == isOver)
}

/// Each line is a request; the owner answers as the bytes say.
private func checkRequests(_ bytes: [UInt8], needsToken: Bool) {
  var limits = StreamLimits()
  limits.subscriptions = 4
  limits.pendingRequests = 4
  limits.requestsPerSecond = 1_000
  limits.requestBurst = 1_000
  var connection = StreamConnection(limits: limits, needsToken: needsToken, now: 0)
  var running: Set<UInt32> = []
  var isClosed = false
  func perform(_ actions: [StreamAction], _ choice: UInt8) {
    for action in actions {
      precondition(!isClosed)
      switch action {
      case .send(let text):
        precondition((try? JSONReader().read(text))?.object != nil)
      case .authenticate(let request, _):
        perform(
          choice & 1 == 0
            ? connection.authenticated(request, name: "n")
            : connection.refused(request, StreamError(.unauthenticated, "no")), choice)
      case .subscribe(let request, let subscription, let wish):
        precondition(!running.contains(subscription) && !wish.subjects.isEmpty)
        guard choice & 6 != 0 else {
          perform(connection.refused(request, StreamError(.permissionDenied, "no")), choice)
          continue
        }
        running.insert(subscription)
        let answer = StreamSubscribed(epoch: 1, next: 1, policy: wish.policy)
        perform(connection.subscribed(request, answer), choice)
      case .update(let request, let update):
        precondition(running.contains(update.subscription))
        perform(connection.updated(request, rateNanos: 1, flushNanos: 0), choice)
      case .stop(let subscription): running.remove(subscription)
      case .ping(let request):
        perform(connection.pinged(request, epoch: 1, next: 1, timeNanos: 0), choice)
      case .close: isClosed = true
      }
    }
    precondition(connection.subscriptionCount <= 4)
  }
  for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
    let choice = line.first ?? 0
    perform(connection.received(Array(line).span.bytes, now: 0), choice)
    if choice == 7 { perform(connection.ended(1, StreamError(.dataLoss, "slow")), choice) }
    if choice == 9 { perform(connection.shutDown("", reconnectNanos: 0, now: 0), choice) }
  }
  perform(connection.transportClosed(), 0)
  precondition(connection.isClosed && running.isEmpty)
}

/// An offer is answered with what its client accepts, or not at all.
private func checkHeaders(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  guard let items = ExtensionItem.list([text]) else { return }
  let policy = DeflatePolicy(keepsServerContext: true, serverWindowBits: 12, clientWindowBits: 11)
  guard let (parameters, agreement) = policy.answer(items) else { return }
  let answers = ExtensionItem.list([parameters.headerText]) ?? []
  let accepted = items.contains { item in
    guard let offer = DeflateParameters(item, isOffer: true) else { return false }
    return (try? DeflateOffer(offer).agreement(answers)) == agreement
  }
  precondition(accepted)
}
