package import EngineCore

/// What all bars of a file have in common.
package struct RecordedBars: Equatable, Sendable {
  package var spec: SpecID
  /// How long each of them is.
  package var nanos: Int64

  package init(spec: SpecID, nanos: Int64) {
    self.spec = spec
    self.nanos = nanos
  }
}
