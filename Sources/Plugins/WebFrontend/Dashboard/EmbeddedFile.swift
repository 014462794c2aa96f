internal import DashboardFiles

/// A file of the dashboard, as it is in this program.
struct EmbeddedFile {
  let name: String
  let bytes: [UInt8]

  /// All there are.
  static var all: [EmbeddedFile] {
    (0..<tw_dashboard_count()).compactMap { index in
      var count = 0
      // Safe: a name is a constant text that ends with a NUL, and bytes are so many as is said of
      // them; both stay where they are as long as the process lives, and are copied here.
      guard let name = unsafe tw_dashboard_name(index),
        let bytes = unsafe tw_dashboard_bytes(index, &count)
      else { return nil }
      return unsafe EmbeddedFile(
        name: String(cString: name),
        bytes: Array(UnsafeBufferPointer(start: bytes, count: count)))
    }
  }
}
