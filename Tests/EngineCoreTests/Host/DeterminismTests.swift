import EngineCore
import Support
import Testing

/// The same seed, configuration and clock make the same log, word for word.
@Suite("Determinism")
struct DeterminismTests {
  typealias Life = HostLifeTests

  /// A hash over all bytes of all events, positions included, and their number. Of short kinds the
  /// second half of a slot means nothing.
  struct Digest: Equatable {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var count = 0

    mutating func add(_ event: Event) {
      unsafe withUnsafeBytes(of: event) { bytes in
        for index in 0..<(event.isShort ? 64 : 128) {
          hash = unsafe (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3
        }
      }
      count += 1
    }
  }

  /// Ways to turn an engine that must come to the same.
  enum Pattern: CaseIterable {
    case plain, watched, observed
  }

  static func run(_ pattern: Pattern, seed: UInt64, turns: Int = 300) throws -> Digest {
    let fixture = try EngineFixture(
      [
        Life.ticks(
          "ticks", "\"count\":5000,\"interval\":\"1ms\",\"instruments\":50,\"is_random\":true"),
        Life.ticks("burst", "\"count\":2000,\"instruments\":9,\"is_random\":true,\"batch\":3"),
        Life.recording("derives", "\"derives\":2,\"ticker\":\"7ms\",\"batch\":11"),
        Life.recording("again", "\"reads\":[\"quote\"],\"ticker\":\"3ms\",\"batch\":5"),
        Life.misbehaving(
          "bad", "\"fault\":\"throw\",\"in\":\"receive\",\"after\":50,\"times\":2"),
      ].joined(separator: ","), engine: "\"ring\":1024,\"deterministic\":true", seed: seed)
    let reader = try fixture.engine.bus.subscribe(
      SubscriptionRequest(.everything, start: .oldest), name: "digest")
    // As many readers as there like: whoever looks on changes nothing.
    var lookers: [Subscription] = []
    var digest = Digest()
    func read() {
      var passed = 1
      while passed > 0 {
        passed = reader.poll { batch in
          for index in 0..<batch.count { digest.add(batch[index]) }
        }
      }
    }
    fixture.engine.start()
    for turn in 0..<turns {
      if pattern == .observed {
        if turn % 10 == 0 {
          lookers.append(
            try fixture.engine.bus.subscribe(
              SubscriptionRequest(.everything, policy: .dropOldest), name: "looker"))
        }
        lookers.last?.poll { _ in }
        _ = fixture.host.statuses()
      }
      fixture.engine.step()
      read()
      if pattern == .watched { fixture.host.tick() }
      if turn % 2 == 1 { fixture.clock.advance(nanos: 1_000_000) }
      if turn % 100 == 50 { fixture.host.tick() }
      if turn == 120 {
        fixture.host.send(PluginCommand(name: "echo", arguments: .null), to: "derives") { _ in }
      }
    }
    return digest
  }

  @Test("two runs agree in every byte", arguments: 1..<6 as Range<UInt64>)
  func twice(seed: UInt64) throws {
    let first = try Self.run(.plain, seed: seed)
    let second = try Self.run(.plain, seed: seed)
    #expect(first == second)
    #expect(first.count > 2000)
  }

  @Test("another seed makes another log")
  func otherSeed() throws {
    #expect(try Self.run(.plain, seed: 1).hash != Self.run(.plain, seed: 2).hash)
  }

  @Test("looking on, or looking after, changes nothing", arguments: [Pattern.observed, .watched])
  func patterns(pattern: Pattern) throws {
    #expect(try Self.run(pattern, seed: 3) == Self.run(.plain, seed: 3))
  }
}
