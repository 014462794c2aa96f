import ArgumentParser
import EngineCore

/// A duration on the command line, such as `500ms`; above zero.
struct DurationArgument: ExpressibleByArgument, Equatable, Sendable {
  var nanos: Int64

  init(nanos: Int64) { self.nanos = nanos }

  init?(argument: String) {
    guard let nanos = try? DurationText.parse(argument), nanos > 0 else { return nil }
    self.nanos = nanos
  }

  var defaultValueDescription: String { DurationText.format(nanos) }
}
