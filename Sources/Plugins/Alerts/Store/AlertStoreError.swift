/// Why the store did not do what it was asked to, for people.
struct AlertStoreError: Error, Sendable, Equatable, CustomStringConvertible {
  var message: String
  /// Somebody else has taken the store over: trying again is of no use.
  var isFinal = false

  init(_ message: String, isFinal: Bool = false) {
    self.message = message
    self.isFinal = isFinal
  }

  static let takenOver = AlertStoreError(
    "another engine uses the store of alerts by now", isFinal: true)

  var description: String { message }
}
