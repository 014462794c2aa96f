/// The version of this tool; equal to that of the daemon it is released with.
enum ControlVersion {
  static let current = "0.1.0"
}
