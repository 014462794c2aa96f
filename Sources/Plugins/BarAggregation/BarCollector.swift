public import EngineCore

/// Keeps what is emitted, in order.
public struct BarCollector: BarOutput, Sendable {
  public var events: [Event] = []

  public init() {}

  public mutating func emit(_ event: Event) { events.append(event) }

  public var bars: [Bar] { events.filter { $0.kind == .bar }.map(\.bar) }
}
