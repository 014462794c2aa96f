/// The size of a terminal in characters.
struct WindowSize: Equatable, Sendable {
  var columns: Int
  var rows: Int
}
