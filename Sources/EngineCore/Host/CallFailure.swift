/// Why a call into a plugin did not return a result.
enum CallFailure: Error, CustomStringConvertible {
  case threw(String)
  /// The host has given this thread up.
  case abandoned

  var description: String {
    switch self {
    case .threw(let error): error
    case .abandoned: "did not return in time"
    }
  }
}
