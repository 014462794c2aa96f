/// Why a call failed, on either side: what handlers throw and callers catch.
public struct CallError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kind of failure; never `ok`.
  public var code: StatusCode
  /// What went wrong, with the names and values concerned.
  public var message: String
  /// What to do next; nil when there is nothing to advise.
  public var hint: String?
  /// Facts for programs, in a form the method defines; at most what fits a frame.
  public var details: [UInt8]

  public init(_ code: StatusCode, _ message: String, hint: String? = nil, details: [UInt8] = []) {
    self.code = code
    self.message = message
    self.hint = hint
    self.details = details
  }

  /// The failure that a status tells; nil for `ok`.
  public init?(_ status: CallStatus) {
    guard status.code != .ok else { return nil }
    self.init(
      status.code, status.message, hint: status.hint.isEmpty ? nil : status.hint,
      details: status.details)
  }

  /// The same as it goes over the wire.
  public var status: CallStatus {
    CallStatus(code: code, message: message, hint: hint ?? "", details: details)
  }

  public var description: String {
    "\(code): \(message)" + (hint.map { " (\($0))" } ?? "")
  }
}
