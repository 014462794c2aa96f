/// One file to replay, and how to read it.
package struct FileSettings: Equatable, Sendable {
  package var path: String
  package var rows = RowFormat()

  package init(path: String) { self.path = path }
}
