/// The end of a stream as it travels in a `status` frame.
public struct CallStatus: Equatable, Sendable {
  /// How the call ended.
  public var code: StatusCode
  /// What went wrong, for people; empty when nothing did.
  public var message: String
  /// The next step, for people; may be empty.
  public var hint: String
  /// Facts for programs, in a form the method defines; may be empty.
  public var details: [UInt8]

  public init(code: StatusCode, message: String, hint: String = "", details: [UInt8] = []) {
    self.code = code
    self.message = message
    self.hint = hint
    self.details = details
  }

  /// The call went well.
  public static let ok = CallStatus(code: .ok, message: "")

  /// The same with text short enough for every peer.
  func bounded(frameBytes: UInt32) -> CallStatus {
    var status = self
    status.message = message.cut(toBytes: WireFormat.textBytesMax)
    status.hint = hint.cut(toBytes: WireFormat.textBytesMax)
    let fixed = 6 + 2 * WireFormat.textBytesMax
    // Half of the details would be worse than none: a program could not read them.
    if details.count + fixed > Int(frameBytes) { status.details = [] }
    return status
  }
}
