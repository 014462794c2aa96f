import BinaryProtocol
import Testing

@Suite("Calls", .timeLimit(.minutes(1)))
struct CallTests {
  func code(_ body: () async throws -> Void) async -> StatusCode? {
    do { try await body() } catch { return (error as? CallError)?.code }
    return nil
  }

  @Test("a handler's error reaches the caller with its hint and details")
  func handlerError() async throws {
    let world = try await LoopbackWorld()
    let expected = CallError(
      .notFound, "no plugin bars", hint: "list shows them", details: [1])
    await #expect(throws: expected) { try await world.client.call("fail") }
    await #expect(throws: CallError(.unknown, "broken")) { try await world.client.call("crash") }
    await world.client.close()
  }

  @Test("an unknown method is UNIMPLEMENTED, and a stream is not called as a unary method")
  func wrongMethod() async throws {
    let world = try await LoopbackWorld()
    #expect(await code { _ = try await world.client.call("nope") } == .unimplemented)
    #expect(await code { _ = try await world.client.call("count", [1]) } == .invalidArgument)
    await world.client.close()
  }

  @Test("health and describe are there without being registered")
  func builtIn() async throws {
    let world = try await LoopbackWorld()
    let health = try ServerHealth(decoding: try await world.client.call("health"))
    #expect(health == .serving)
    let description = try ServiceDescription(decoding: try await world.client.call("describe"))
    #expect(description.protocolVersion == 1)
    #expect(
      description.methods.map(\.name) == [
        "count", "crash", "describe", "echo", "fail", "flood", "forever", "health",
      ])
    #expect(description.methods.first?.isStreaming == true)
    await world.client.close()
  }

  @Test("a stream arrives whole through a small window and a line that splits", arguments: 0..<20)
  func window(seed: UInt64) async throws {
    let world = try await LoopbackWorld(seed: seed)
    var seen: [UInt8] = []
    for try await message in try await world.client.stream("count", [100], windowBytes: 150) {
      seen.append(message[0])
    }
    #expect(seen == Array(0..<100))
    await world.client.close()
  }

  @Test("a producer stops when its caller takes nothing, and ends when the caller drops the stream")
  func backPressure() async throws {
    let world = try await LoopbackWorld()
    do {
      let stream = try await world.client.stream("flood", windowBytes: 1120)
      var iterator = stream.makeAsyncIterator()
      _ = try await iterator.next()
    }
    let signal = await world.signals.next()
    // Ten messages of 112 bytes fill the window; the one that was taken is below half of it.
    #expect(signal?.hasPrefix("CANCELLED after ") == true)
    let sent = signal.flatMap { Int($0.dropFirst("CANCELLED after ".count)) }
    #expect((sent ?? 99) <= 10)
    await world.client.close()
  }

  @Test("a stream goes on when its client was dropped, and the line closes after it")
  func dropped() async throws {
    let (near, far) = LoopbackTransport.pair()
    let clock = VirtualClock()
    var router = CallRouter()
    router.streaming("count", summary: "Counts.") { _, _, responder in
      for value: UInt8 in 0..<100 { try await responder.send([value]) }
    }
    let server = CallServer(identity: ServerWire.identity, router: router, clock: clock)
    let serving = Task { await server.serve(far, peer: PeerIdentity(address: "loopback")) }
    func open() async throws(CallError) -> CallStream {
      let options = ClientOptions(clientName: "test")
      let client = try await CallClient.connect(over: near, clock: clock, options: options)
      return try await client.stream("count", windowBytes: 50)
    }
    var seen: [UInt8] = []
    for try await message in try await open() { seen += message }
    #expect(seen == Array(0..<100))
    // Returns only when the line was closed.
    #expect([.shutDown, .peerClosed].contains(await serving.value.code))
  }

  @Test("a call ends at its deadline on both sides, with no time passing")
  func deadline() async throws {
    let world = try await LoopbackWorld()
    let client = world.client
    let call = Task { try await client.call("forever", timeoutNanos: 1000) }
    #expect(await world.signals.next() == "started")
    await world.clock.waitForSleeper(until: 1000)
    world.clock.advance(to: 1000)
    let result = await call.result
    #expect(throws: CallError.self) { try result.get() }
    if case .failure(let error) = result {
      #expect((error as? CallError)?.code == .deadlineExceeded)
    }
    #expect(await world.signals.next() == "stopped")
    await world.client.close()
  }

  @Test("cancelling the task cancels the call and its handler")
  func cancel() async throws {
    let world = try await LoopbackWorld()
    let client = world.client
    let call = Task { try await client.call("forever") }
    #expect(await world.signals.next() == "started")
    call.cancel()
    #expect(await code { _ = try await call.value } == .cancelled)
    #expect(await world.signals.next() == "stopped")
    #expect(try await client.call("echo", [1]) == [1])
    await world.client.close()
  }

  @Test("a line that is cut ends every call with UNAVAILABLE and stops the handlers")
  func cut() async throws {
    let world = try await LoopbackWorld()
    let client = world.client
    let call = Task { try await client.call("forever") }
    #expect(await world.signals.next() == "started")
    world.line.cut()
    #expect(await code { _ = try await call.value } == .unavailable)
    #expect(await world.signals.next() == "stopped")
    #expect(await world.serving.value.code == .transportFailed)
    #expect(await code { _ = try await client.call("echo") } == .unavailable)
  }

  @Test("a server that stops lets calls end within the drain time and then ends them")
  func shutDown() async throws {
    // Shorter than the handshake, for which somebody may be sleeping still.
    var limits = ConnectionLimits()
    limits.drainNanos = 4_000_000_000
    let world = try await LoopbackWorld(limits: limits)
    let client = world.client
    let server = world.server
    let call = Task { try await client.call("forever") }
    #expect(await world.signals.next() == "started")
    let stopping = Task { await server.shutDown("update") }
    await world.clock.waitForSleeper(until: 4_000_000_000)
    #expect(await code { _ = try await client.call("echo") } == .unavailable)
    world.clock.advance(to: 4_000_000_000)
    #expect(await code { _ = try await call.value } == .unavailable)
    await stopping.value
    #expect(await world.serving.value.code == .shutDown)
    #expect(await server.counters().closed == [.shutDown: 1])
  }

  @Test("a connection over the limit is told so")
  func connectionLimit() async throws {
    let server = CallServer(
      identity: ServerWire.identity, router: CallRouter(), maxConnections: 0,
      clock: VirtualClock())
    let (near, far) = LoopbackTransport.pair()
    let serving = Task { await server.serve(far, peer: PeerIdentity(address: "loopback")) }
    await #expect(
      throws: CallError(
        .unavailable, "the connection ended: limitExceeded: more than 0 connections")
    ) {
      try await CallClient.connect(
        over: near, clock: VirtualClock(), options: ClientOptions(clientName: "test"))
    }
    #expect(await serving.value.code == .limitExceeded)
    #expect(await server.counters().refused == 1)
  }

  @Test("the list of connections names the client and counts its calls")
  func connections() async throws {
    let world = try await LoopbackWorld()
    _ = try await world.client.call("echo", [1])
    let list = await world.server.connections()
    #expect(list.map(\.clientName) == ["test"])
    #expect(list.first?.totalCalls == 1)
    #expect(await world.server.disconnect(list[0].id, "by an operator"))
    #expect(await world.serving.value.code == .shutDown)
  }

  @Test("registering a method twice is a fault of the program")
  func twice() async {
    await #expect(processExitsWith: .failure) {
      var router = CallRouter()
      router.unary("health", summary: "again") { _, _ in [] }
    }
  }
}
