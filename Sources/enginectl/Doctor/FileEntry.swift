/// What is at a path.
enum FileEntry: Equatable, Sendable {
  case nothing
  case socket(mode: UInt32, isOurs: Bool)
  case other
  case unreadable(String)
}
