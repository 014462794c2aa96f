import BinaryProtocol
import Testing

/// A client and a server joined by two queues of bytes, on one thread, with random splits, delays,
/// cancels, shut-downs and cuts. The payload of a call says what its handler sends.
struct SimulatedWorld {
  struct Handler {
    var next: UInt8 = 0
    let count: UInt8
    let size: Int
  }

  struct Caller {
    var received = 0
    var waiting: [Int] = []
    let count: UInt8
    let window: UInt32
  }

  private var random: SeededRandom
  private var client = ClientConnection(clientName: "sim")
  private var server: ServerConnection
  private var toServer: [UInt8] = []
  private var toClient: [UInt8] = []
  private var handlers: [UInt32: Handler] = [:]
  private var callers: [UInt32: Caller] = [:]
  private var now: Int64 = 0
  private var isCut = false
  private(set) var started = 0
  private(set) var endings: [UInt32: Int] = [:]
  private(set) var trace: [String] = []

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
    var limits = ConnectionLimits()
    limits.maxStreams = 6
    limits.maxCreditBytes = 2_000
    server = ServerConnection(identity: ServerWire.identity, limits: limits, now: 0)
  }

  mutating func run(steps: Int) throws {
    try perform(client.start(now: now))
    for _ in 0..<steps { try step() }
    // Let everything come to rest: nothing may hang.
    for _ in 0..<20_000 where !endedAll {
      try move(all: true)
      try runHandlers()
      for stream in callers.keys.sorted() { try consume(stream) }
    }
    #expect(endedAll, "calls hang: \(callers.keys.sorted())")
    #expect(!server.isClosed || server.streamCount == 0)
  }

  private var endedAll: Bool { callers.isEmpty }

  private mutating func step() throws {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<20: try startCall()
    case 20..<60: try move(all: false)
    case 60..<80: try runHandlers()
    case 80..<92: if let stream = anyCaller() { try consume(stream) }
    case 92..<95: if let stream = anyCaller() { try perform(client.cancel(stream)) }
    case 95..<98:
      now += Int64.random(in: 0...2_000_000_000, using: &random)
      try perform(client.timePassed(now: now))
      perform(server.timePassed(now: now))
    case 98: perform(server.writabilityChanged(random.chance(70)))
    default:
      if random.chance(10) { perform(server.shutDown("sim", now: now)) }
      if random.chance(10) { try cut() }
    }
  }

  private mutating func startCall() throws {
    let count = UInt8.random(in: 0...20, using: &random)
    let window = UInt32.random(in: 1...2_000, using: &random)
    let size = Int.random(in: 0...400, using: &random)
    let request = CallRequest(
      method: "m", timeoutNanos: random.chance(20) ? 1_000_000_000 : 0,
      initialCreditBytes: window, isUnary: false,
      payload: [count, UInt8(size & 0xFF), UInt8(size >> 8)])
    do throws(CallError) {
      let (stream, actions) = try client.startCall(request, now: now)
      started += 1
      callers[stream] = Caller(count: count, window: window)
      trace.append("call \(stream)")
      do { try perform(actions) } catch { Issue.record("\(error)") }
    } catch {
      // Not connected yet, going away, or at the limit: said to the caller, nothing was started.
      trace.append("refused \(error.code)")
    }
  }

  private mutating func move(all: Bool) throws {
    if isCut { return }
    if !toServer.isEmpty, all || random.chance(50) {
      let count = all ? toServer.count : Int.random(in: 1...toServer.count, using: &random)
      let bytes = Array(toServer.prefix(count))
      toServer.removeFirst(count)
      perform(server.received(bytes, now: now))
    }
    if all { perform(server.writabilityChanged(true)) }
    if !toClient.isEmpty {
      let count = all ? toClient.count : Int.random(in: 1...toClient.count, using: &random)
      let bytes = Array(toClient.prefix(count))
      toClient.removeFirst(count)
      try perform(client.received(bytes, now: now))
    }
    // A side that closed is noticed by the other when it has read what came before.
    if server.isClosed, toClient.isEmpty {
      try perform(client.transportClosed(CloseReason(.peerClosed, "")))
    }
    if client.isClosed, toServer.isEmpty {
      perform(server.transportClosed(CloseReason(.peerClosed, "")))
    }
  }

  private mutating func runHandlers() throws {
    for stream in handlers.keys.sorted() {
      guard var handler = handlers[stream] else { continue }
      if handler.next == handler.count {
        handlers[stream] = nil
        perform(server.finish(stream, reply: nil))
        continue
      }
      let message = [handler.next] + [UInt8](repeating: 0, count: handler.size)
      switch server.send(message, on: stream) {
      case .send(let bytes):
        handler.next += 1
        handlers[stream] = handler
        toClient += bytes
      case .wait: break
      case .ended:
        handlers[stream] = nil
        perform(server.finish(stream, reply: nil))
      case .tooLarge: Issue.record("no message is too large here")
      }
    }
  }

  private mutating func consume(_ stream: UInt32) throws {
    guard let count = callers[stream]?.waiting.first else { return }
    callers[stream]?.waiting.removeFirst()
    try perform(client.consumed(count, on: stream))
  }

  private mutating func cut() throws {
    isCut = true
    toServer = []
    toClient = []
    try perform(client.transportClosed(CloseReason(.transportFailed, "cut")))
    perform(server.transportClosed(CloseReason(.transportFailed, "cut")))
  }

  private mutating func anyCaller() -> UInt32? {
    callers.keys.sorted().randomElement(using: &random)
  }

  private mutating func perform(_ actions: [ServerAction]) {
    for action in actions {
      switch action {
      case .send(let bytes): if !isCut { toClient += bytes }
      case .startCall(let stream, let request, _):
        let size = Int(request.payload[1]) + Int(request.payload[2]) << 8
        handlers[stream] = Handler(count: request.payload[0], size: size)
      case .close(let reason): trace.append("server closed \(reason)")
      case .opened, .resume, .cancelCall, .refusedCall, .data: break
      }
    }
  }

  private mutating func perform(_ actions: [ClientAction]) throws {
    for action in actions {
      switch action {
      case .send(let bytes): if !isCut { toServer += bytes }
      case .deliver(let stream, let message):
        var caller = try #require(callers[stream], "message after the end of \(stream)")
        #expect(message.first == UInt8(caller.received), "messages of \(stream) out of order")
        caller.received += 1
        caller.waiting.append(message.count)
        let held = caller.waiting.reduce(0) { $0 + $1 + WireFormat.headerBytes }
        #expect(held <= Int(caller.window) + message.count + WireFormat.headerBytes)
        callers[stream] = caller
      case .endStream(let stream, let error):
        let caller = try #require(callers[stream], "\(stream) ended twice")
        callers[stream] = nil
        endings[stream, default: 0] += 1
        trace.append("end \(stream) \(error?.code ?? .ok) \(caller.received)")
        if error == nil { #expect(caller.received == Int(caller.count)) }
      case .close(let reason): trace.append("client closed \(reason)")
      case .opened, .data: break
      }
    }
  }
}
