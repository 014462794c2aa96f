internal import EngineCore

/// The masks of a client's frames.
struct SeededMasks: Sendable {
  private var random: SeededRandom

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  mutating func next() -> UInt32 { UInt32(truncatingIfNeeded: random.next()) }
}
