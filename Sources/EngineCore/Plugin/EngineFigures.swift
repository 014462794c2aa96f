/// How things stand with the engine, for plugins that tell others: health checks, metrics.
public struct EngineFigures: Sendable {
  /// Of the bus: the newest and the oldest position that it holds, and how many fit.
  public var lastSequence: UInt64
  public var firstSequence: UInt64
  public var capacity: Int
  /// How long the engine has been there.
  public var uptimeNanos: Int64
  public var plugins: [PluginStatus]
}

/// Answers how things stand.
public protocol EngineReporting: Sendable {
  /// The figures of this moment; any thread may ask. Nil while the engine goes away.
  func figures() -> EngineFigures?
}

extension CapabilityKey<any EngineReporting> {
  /// How things stand with the engine. Offered by the engine itself.
  public static var engineFigures: Self {
    CapabilityKey(name: "figures of the engine", providers: [])
  }
}

/// An engine's own report; it does not keep the engine alive.
struct EngineReport: EngineReporting {
  weak let engine: Engine?

  func figures() -> EngineFigures? {
    guard let engine else { return nil }
    return EngineFigures(
      lastSequence: engine.bus.lastSequence, firstSequence: engine.bus.firstSequence,
      capacity: engine.bus.capacity, uptimeNanos: engine.uptimeNanos,
      plugins: engine.host.statuses())
  }
}
