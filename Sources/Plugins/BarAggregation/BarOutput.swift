public import EngineCore

/// Where an aggregator puts its events: bars and watermarks.
public protocol BarOutput: ~Copyable {
  mutating func emit(_ event: Event)
}

extension EventSink: BarOutput {
  public mutating func emit(_ event: Event) { publish(event) }
}
