/// Reads `/proc/PID/limits`.
enum ProcessLimits {
  /// The soft limit of open files; nil when the text does not say, `Int.max` when there is none.
  static func openFilesMax(_ text: String) -> Int? {
    for line in text.split(separator: "\n") where line.hasPrefix("Max open files") {
      let first = line.dropFirst("Max open files".count).split(separator: " ").first
      return first == "unlimited" ? .max : first.flatMap { Int($0) }
    }
    return nil
  }
}
