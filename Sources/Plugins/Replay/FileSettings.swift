internal import TickRows

/// One file to replay, and how to read it.
struct FileSettings: Equatable, Sendable {
  var path: String
  var rows = RowFormat()

  init(path: String) { self.path = path }
}
