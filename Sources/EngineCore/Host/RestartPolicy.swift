/// Whether and when a plugin that crashed is started again.
public struct RestartPolicy: Sendable, Equatable {
  /// False: a crash means `failed`.
  public var restarts: Bool
  /// Wait before the first restart.
  public var initialNanos: Int64
  /// Longest wait.
  public var maximumNanos: Int64
  /// How much longer each wait is than the last.
  public var factor: Double
  /// Share of a wait that is random, 0…1, so that plugins do not restart in step.
  public var jitter: Double
  /// More crashes than this within the window mean `failed`.
  public var intensity: Int
  public var windowNanos: Int64

  public init(
    restarts: Bool = true, initialNanos: Int64 = 500_000_000,
    maximumNanos: Int64 = 30_000_000_000, factor: Double = 2, jitter: Double = 0.2,
    intensity: Int = 5, windowNanos: Int64 = 60_000_000_000
  ) {
    self.restarts = restarts
    self.initialNanos = initialNanos
    self.maximumNanos = maximumNanos
    self.factor = factor
    self.jitter = jitter
    self.intensity = intensity
    self.windowNanos = windowNanos
  }

  /// The wait before restart number `attempt` (from 0), shortened by up to `jitter`.
  func waitNanos(attempt: Int, random: inout SeededRandom) -> Int64 {
    var wait = Double(initialNanos)
    for _ in 0..<min(attempt, 64) where wait < Double(maximumNanos) { wait *= factor }
    wait = min(wait, Double(maximumNanos)) * (1 - jitter * random.unit())
    return Int64(max(wait, 0))
  }
}
