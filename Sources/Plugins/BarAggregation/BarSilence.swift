internal import EngineCore

/// Leaves out what is emitted.
struct BarSilence: BarOutput {
  mutating func emit(_ event: Event) {}
}
