/// What a look at an input came to.
enum InputPiece: Equatable, Sendable {
  /// At least one byte.
  case bytes([UInt8])
  /// Nothing yet.
  case nothing
  case end
  /// The error's number.
  case failure(Int32)
}
