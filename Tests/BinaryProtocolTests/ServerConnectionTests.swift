import BinaryProtocol
import Testing

@Suite("The server's side of a connection")
struct ServerConnectionTests {
  @Test("the highest common version is agreed, with the limits and who the server is")
  func handshake() throws {
    var connection = ServerConnection(
      identity: ServerWire.identity, capabilities: WireCapabilities(rawValue: 0b101), now: 0)
    let hello = Hello(
      versions: 0...9, capabilities: 0b011, maxFrameBytes: 1 << 20, clientName: "c")
    let frames = try connection.received(FrameEncoder.encode(.hello(hello)), now: 0).frames
    guard case .helloAck(let ack)? = frames.first else {
      Issue.record("no helloAck: \(frames)")
      return
    }
    #expect(ack.version == 1)
    #expect(ack.capabilities == 0b001)
    #expect(ack.server == ServerWire.identity)
    #expect(ack.keepAliveIntervalMillis == 15_000)
  }

  @Test("a client of another version is told which versions there are")
  func versions() throws {
    var connection = ServerConnection(identity: ServerWire.identity, now: 0)
    let hello = Hello(versions: 2...3, maxFrameBytes: 1 << 20, clientName: "c")
    let actions = connection.received(FrameEncoder.encode(.hello(hello)), now: 0)
    #expect(actions.closeCode == .unsupportedVersion)
  }

  @Test("a client that says no hello in time is closed")
  func handshakeTimeout() {
    var connection = ServerConnection(identity: ServerWire.identity, now: 100)
    #expect(connection.nextDeadline == 5_000_000_100)
    #expect(connection.timePassed(now: 5_000_000_099).isEmpty)
    #expect(connection.timePassed(now: 5_000_000_100).closeCode == .handshakeTimeout)
    #expect(connection.nextDeadline == nil)
  }

  @Test("a frame before hello ends the connection")
  func beforeHello() {
    var connection = ServerConnection(identity: ServerWire.identity, now: 0)
    let actions = connection.received(FrameEncoder.encode(.ping(1)), now: 0)
    #expect(actions.closeCode == .protocolError)
  }

  @Test(
    "frames that only a server sends, or that belong to the data plane, end the connection",
    arguments: [
      Frame.hello(Hello(maxFrameBytes: 1 << 20, clientName: "again")),
      .status(stream: 1, .ok), .data(stream: 1, flags: 0, payload: []),
      .cancel(stream: 7), .credit(stream: 7, bytes: 1),
      .message(stream: 7, payload: [], isLast: true),
    ])
  func outOfPlace(_ frame: Frame) throws {
    var wire = try ServerWire()
    #expect(wire.receive(frame).closeCode == .protocolError)
  }

  @Test("stream ids must rise")
  func risingIDs() throws {
    var wire = try ServerWire()
    try wire.open(5)
    let actions = wire.receive(.call(stream: 5, CallRequest(method: "m")))
    #expect(actions.closeCode == .protocolError)
  }

  @Test("a stream stops when its credit is used and goes on when it is renewed")
  func credit() throws {
    var wire = try ServerWire()
    try wire.open(1, credit: 30)
    let message = [UInt8](repeating: 9, count: 10)
    guard case .send = wire.connection.send(message, on: 1) else { return #expect(Bool(false)) }
    // 8 bytes are left: that is enough to start one more, of any size.
    guard case .send = wire.connection.send(message, on: 1) else { return #expect(Bool(false)) }
    #expect(wire.connection.send(message, on: 1) == .wait)
    // The second message left a debt of 14 bytes, which is paid first.
    #expect(wire.receive(.credit(stream: 1, bytes: 14)).isEmpty)
    #expect(wire.receive(.credit(stream: 1, bytes: 1)) == [.resume(stream: 1)])
    guard case .send = wire.connection.send(message, on: 1) else { return #expect(Bool(false)) }
  }

  @Test("a last message and a status need no credit")
  func lastIsFree() throws {
    var wire = try ServerWire()
    try wire.open(1)
    #expect(wire.connection.send([1], on: 1) == .wait)
    let frames = try wire.connection.finish(1, reply: [1]).frames
    #expect(frames == [.message(stream: 1, payload: [1], isLast: true)])
  }

  @Test("credit over the limit ends the stream, not the connection")
  func creditLimit() throws {
    var limits = ConnectionLimits()
    limits.maxCreditBytes = 100
    var wire = try ServerWire(limits: limits)
    try wire.open(1, credit: 100)
    let actions = wire.receive(.credit(stream: 1, bytes: 1))
    #expect(try actions.statuses == [1: .invalidArgument])
    let request = CallRequest(method: "m", initialCreditBytes: 101)
    let refused = wire.receive(.call(stream: 2, request))
    #expect(try refused.statuses == [2: .invalidArgument])
    #expect(!wire.connection.isClosed)
  }

  @Test("streams wait while the transport is full")
  func writability() throws {
    var wire = try ServerWire()
    try wire.open(1, credit: 1000)
    #expect(wire.connection.writabilityChanged(false).isEmpty)
    #expect(wire.connection.send([1], on: 1) == .wait)
    #expect(wire.receive(.credit(stream: 1, bytes: 1)).isEmpty)
    let answer = wire.connection.send([1], on: 1, isAnswer: true)
    guard case .send = answer else {
      Issue.record("an answer does not wait: \(answer)")
      return
    }
    #expect(wire.connection.writabilityChanged(true) == [.resume(stream: 1)])
  }

  @Test("a call ends with DEADLINE_EXCEEDED when its time is over")
  func deadline() throws {
    var wire = try ServerWire()
    try wire.open(1, timeoutNanos: 1000, now: 50)
    #expect(wire.connection.nextDeadline == 1050)
    #expect(wire.connection.timePassed(now: 1049).isEmpty)
    let actions = wire.connection.timePassed(now: 1050)
    #expect(try actions.statuses == [1: .deadlineExceeded])
    guard case .cancelCall(1, let error)? = actions.last else { return #expect(Bool(false)) }
    #expect(error.code == .deadlineExceeded)
    #expect(wire.connection.send([1], on: 1) == .ended(error))
    #expect(wire.connection.finish(1, reply: [1]).isEmpty)
  }

  @Test("a timeout longer than time itself is no deadline that ever comes")
  func endlessDeadline() throws {
    var wire = try ServerWire()
    try wire.open(1, timeoutNanos: .max, now: .max - 5)
    #expect(try wire.connection.timePassed(now: .max - 1).statuses.isEmpty)
  }

  @Test("calls over the limit are refused, also when the others were cancelled but still run")
  func streamLimit() throws {
    var limits = ConnectionLimits()
    limits.maxStreams = 2
    var wire = try ServerWire(limits: limits)
    try wire.open(1)
    try wire.open(2)
    _ = wire.receive(.cancel(stream: 1), .cancel(stream: 2))
    let refused = wire.receive(.call(stream: 3, CallRequest(method: "m")))
    #expect(try refused.statuses == [3: .resourceExhausted])
    #expect(wire.connection.finish(1, reply: nil).isEmpty)
    try wire.open(4)
  }

  @Test("a cancel stops the handler and sends nothing; frames that crossed it are ignored")
  func cancel() throws {
    var wire = try ServerWire()
    try wire.open(1, credit: 100)
    let actions = wire.receive(.cancel(stream: 1))
    guard case .cancelCall(1, let error)? = actions.first else { return #expect(Bool(false)) }
    #expect(actions.count == 1)
    #expect(error.code == .cancelled)
    #expect(wire.receive(.cancel(stream: 1), .credit(stream: 1, bytes: 5)).isEmpty)
    _ = wire.connection.finish(1, reply: nil)
    #expect(wire.receive(.cancel(stream: 1), .credit(stream: 1, bytes: 5)).isEmpty)
  }

  @Test("silence is answered by a ping, silence after it by a close")
  func keepAlive() throws {
    var wire = try ServerWire()
    #expect(try wire.connection.timePassed(now: 15_000_000_000).frames == [.ping(1)])
    #expect(wire.receive(.pong(1), now: 16_000_000_000).isEmpty)
    #expect(wire.connection.nextDeadline == 31_000_000_000)
    #expect(try wire.connection.timePassed(now: 31_000_000_000).frames == [.ping(2)])
    #expect(wire.connection.timePassed(now: 41_000_000_000).closeCode == .keepAliveTimeout)
  }

  @Test("after GOAWAY new calls are refused, and the last one that ends closes the connection")
  func goAway() throws {
    var wire = try ServerWire()
    try wire.open(3)
    let notice = try wire.connection.shutDown("update", now: 0).frames
    #expect(notice == [.goAway(GoAway(lastStreamID: 3, code: 0, text: "update"))])
    let refused = wire.receive(.call(stream: 4, CallRequest(method: "m")))
    #expect(try refused.statuses == [4: .unavailable])
    let end = wire.connection.finish(3, reply: [1])
    #expect(try end.frames == [.message(stream: 3, payload: [1], isLast: true)])
    #expect(end.closeCode == .shutDown)
  }

  @Test("calls that outlast the drain time end with UNAVAILABLE")
  func drainLimit() throws {
    var wire = try ServerWire()
    try wire.open(1)
    _ = wire.connection.shutDown("update", now: 10)
    let actions = wire.connection.timePassed(now: 5_000_000_010)
    #expect(try actions.statuses == [1: .unavailable])
    #expect(actions.closeCode == .shutDown)
  }

  @Test("a client that goes stops every handler")
  func gone() throws {
    var wire = try ServerWire()
    try wire.open(1)
    try wire.open(2)
    let actions = wire.connection.transportClosed(CloseReason(.peerClosed, ""))
    #expect(actions.count == 3)
    #expect(actions.closeCode == .peerClosed)
    #expect(wire.connection.finish(1, reply: []).isEmpty)
  }

  @Test("a reply over the client's frame limit becomes RESOURCE_EXHAUSTED")
  func tooLarge() throws {
    var wire = try ServerWire()
    try wire.open(1, credit: 10)
    let large = [UInt8](repeating: 0, count: (1 << 20) + 1)
    #expect(wire.connection.send(large, on: 1) == .tooLarge(limit: 1 << 20))
    #expect(try wire.connection.finish(1, reply: large).statuses == [1: .resourceExhausted])
  }

  @Test("an error's text and details are made to fit a frame")
  func boundedStatus() throws {
    var wire = try ServerWire()
    try wire.open(1)
    let status = CallStatus(
      code: .aborted, message: String(repeating: "é", count: 2000),
      details: [UInt8](repeating: 0, count: 2 << 20))
    let frames = try wire.connection.finish(1, with: status).frames
    guard case .status(1, let sent)? = frames.first else { return #expect(Bool(false)) }
    #expect(sent.message.utf8.count == 1024)
    #expect(sent.details.isEmpty)
  }
}
