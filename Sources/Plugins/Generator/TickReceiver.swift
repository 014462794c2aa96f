internal import EngineCore

/// Where a stream puts its events: the plugin's sink, or a list in tests.
protocol TickReceiver: ~Copyable {
  mutating func take(_ event: Event)
}
