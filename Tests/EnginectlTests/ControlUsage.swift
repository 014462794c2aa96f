import ArgumentParser

/// A usage error, as the argument parser throws it.
enum ControlUsage {
  static let sample: any Error = ValidationError("wrong")
}
