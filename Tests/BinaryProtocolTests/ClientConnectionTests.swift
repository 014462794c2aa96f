import BinaryProtocol
import Testing

@Suite("The client's side of a connection")
struct ClientConnectionTests {
  static func ack(
    maxStreams: UInt32 = 8, version: UInt16 = 1, maxFrameBytes: UInt32 = 16_384
  ) -> Frame {
    .helloAck(
      HelloAck(
        version: version, capabilities: 0, maxFrameBytes: maxFrameBytes, maxStreams: maxStreams,
        maxCreditBytes: 1000, keepAliveIntervalMillis: 1000, keepAliveTimeoutMillis: 500,
        server: ServerWire.identity))
  }

  static func open(_ ack: Frame = ack()) -> ClientConnection {
    var connection = ClientConnection(clientName: "c")
    _ = connection.start(now: 0)
    _ = connection.received(FrameEncoder.encode(ack), now: 0)
    return connection
  }

  static func stream(credit: UInt32, timeoutNanos: UInt64 = 0) -> CallRequest {
    CallRequest(
      method: "m", timeoutNanos: timeoutNanos, initialCreditBytes: credit, isUnary: false)
  }

  @Test("hello goes first, and calls must wait for the answer")
  func handshake() throws {
    var connection = ClientConnection(clientName: "c")
    let frames = try connection.start(now: 0).frames
    #expect(frames == [.hello(Hello(maxFrameBytes: 1 << 20, clientName: "c"))])
    #expect(throws: CallError(.unavailable, "not connected")) {
      try connection.startCall(CallRequest(method: "m"), now: 0)
    }
    let actions = connection.received(FrameEncoder.encode(Self.ack()), now: 0)
    guard case .opened? = actions.first else { return #expect(Bool(false)) }
  }

  @Test("a server that does not answer hello is given up")
  func silent() {
    var connection = ClientConnection(clientName: "c")
    _ = connection.start(now: 0)
    let actions = connection.timePassed(now: 5_000_000_000)
    guard case .close(let reason)? = actions.last else { return #expect(Bool(false)) }
    #expect(reason.code == .handshakeTimeout)
  }

  @Test("a version that was not offered is refused")
  func wrongVersion() {
    let connection = Self.open(Self.ack(version: 2))
    #expect(connection.isClosed)
  }

  @Test("credit is renewed when half of the window was taken")
  func renewal() throws {
    var connection = Self.open()
    let (stream, _) = try connection.startCall(Self.stream(credit: 100), now: 0)
    let message = Frame.message(
      stream: stream, payload: [UInt8](repeating: 0, count: 28), isLast: false)
    let actions = connection.received(FrameEncoder.encode(message), now: 0)
    #expect(actions == [.deliver(stream: stream, [UInt8](repeating: 0, count: 28))])
    #expect(connection.consumed(28, on: stream).isEmpty)
    #expect(try connection.consumed(28, on: stream).frames == [.credit(stream: stream, bytes: 80)])
  }

  @Test("a server that sends without credit is cut")
  func withoutCredit() throws {
    var connection = Self.open()
    let (stream, _) = try connection.startCall(Self.stream(credit: 10), now: 0)
    let message = FrameEncoder.encode(.message(stream: stream, payload: [1], isLast: false))
    _ = connection.received(message, now: 0)
    let actions = connection.received(message, now: 0)
    #expect(connection.isClosed)
    guard case .close(let reason)? = actions.last else { return #expect(Bool(false)) }
    #expect(reason.code == .protocolError)
  }

  @Test("a call that has no answer in time is cancelled and ends with DEADLINE_EXCEEDED")
  func deadline() throws {
    var connection = Self.open()
    let (stream, _) = try connection.startCall(
      Self.stream(credit: 10, timeoutNanos: 700), now: 100)
    #expect(connection.nextDeadline == 800)
    let actions = connection.timePassed(now: 800)
    #expect(try actions.frames == [.cancel(stream: stream)])
    guard case .endStream(stream, let error)? = actions.last else { return #expect(Bool(false)) }
    #expect(error?.code == .deadlineExceeded)
    // The answer that crosses the cancel is ignored.
    let late = FrameEncoder.encode(.message(stream: stream, payload: [1], isLast: true))
    #expect(connection.received(late, now: 801).isEmpty)
  }

  @Test("the server's limits on calls, frames and names are kept before anything is sent")
  func limits() throws {
    var connection = Self.open(Self.ack(maxStreams: 1))
    func code(_ request: CallRequest) -> StatusCode? {
      do throws(CallError) { _ = try connection.startCall(request, now: 0) } catch {
        return error.code
      }
      return nil
    }
    #expect(code(CallRequest(method: "")) == .invalidArgument)
    #expect(code(CallRequest(method: String(repeating: "m", count: 256))) == .invalidArgument)
    let long = MetadataPair("k", String(repeating: "v", count: 4097))
    #expect(code(CallRequest(method: "m", metadata: [long])) == .invalidArgument)
    let many = [MetadataPair](repeating: MetadataPair("k", "v"), count: 65)
    #expect(code(CallRequest(method: "m", metadata: many)) == .invalidArgument)
    let large = [UInt8](repeating: 0, count: 16_384)
    #expect(code(CallRequest(method: "m", payload: large)) == .resourceExhausted)
    #expect(code(CallRequest(method: "m")) == nil)
    #expect(code(CallRequest(method: "m")) == .resourceExhausted)
  }

  @Test("GOAWAY fails the calls that were not taken and lets the others end")
  func goAway() throws {
    var connection = Self.open()
    let (first, _) = try connection.startCall(CallRequest(method: "m"), now: 0)
    let (second, _) = try connection.startCall(CallRequest(method: "m"), now: 0)
    let notice = GoAway(lastStreamID: first, code: 0, text: "update")
    let actions = connection.received(FrameEncoder.encode(.goAway(notice)), now: 0)
    guard case .endStream(second, let error)? = actions.first else {
      return #expect(Bool(false))
    }
    #expect(error?.code == .unavailable)
    #expect(throws: CallError.self) {
      try connection.startCall(CallRequest(method: "m"), now: 0)
    }
    let reply = Frame.message(stream: first, payload: [5], isLast: true)
    let last = connection.received(FrameEncoder.encode(reply), now: 0)
    #expect(
      last == [
        .deliver(stream: first, [5]), .endStream(stream: first, nil),
        .close(CloseReason(.shutDown, "update")),
      ])
  }

  @Test("every call ends once with UNAVAILABLE when the connection is lost")
  func lost() throws {
    var connection = Self.open()
    _ = try connection.startCall(CallRequest(method: "m"), now: 0)
    _ = try connection.startCall(CallRequest(method: "m"), now: 0)
    let actions = connection.transportClosed(CloseReason(.transportFailed, "reset"))
    let codes = actions.compactMap { action -> StatusCode? in
      if case .endStream(_, let error) = action { error?.code } else { nil }
    }
    #expect(codes == [.unavailable, .unavailable])
    #expect(connection.transportClosed(CloseReason(.peerClosed, "")).isEmpty)
  }

  @Test("keep-alive follows what the server said")
  func keepAlive() throws {
    var connection = Self.open()
    #expect(connection.nextDeadline == 1_000_000_000)
    #expect(try connection.timePassed(now: 1_000_000_000).frames == [.ping(1)])
    _ = connection.timePassed(now: 1_500_000_000)
    #expect(connection.isClosed)
  }
}
