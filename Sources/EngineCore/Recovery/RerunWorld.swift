/// What all plugins of a rerun share: a log of their own, a clock that stands where the log says.
struct RerunWorld {
  /// What was read so far, as much as the engine's ring has.
  let log: Bus
  let clock: ReplayedClock
  let catalog: Catalog
  let store: RerunStore
  let logger: Log

  /// Events that a plugin is handed at once, at most: the log may run ahead of it by so many.
  var batch: Int { min(1024, log.capacity / 8) }

  /// How far what a plugin publishes can be behind what it read: the ring is not longer, nor is
  /// what waits for room in it.
  var delay: UInt64 { Self.delay(log.capacity) }

  static func delay(_ capacity: Int) -> UInt64 { UInt64(capacity) * 4 }
}
