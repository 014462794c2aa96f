import BinaryProtocol

extension ControlError {
  /// A failure to connect to a frontend, to shake hands, or to be known there.
  static func reaching(_ error: CallError) -> ControlError {
    let status: ExitStatus =
      switch error.code {
      case .deadlineExceeded: .timedOut
      case .cancelled: .interrupted
      case .invalidArgument: .usage
      case .failedPrecondition where isDistrust(error): .unreachable
      case .internalError, .failedPrecondition: .malformed
      case .unavailable: .unreachable
      default: .refused
      }
    return ControlError(
      status, status == .interrupted ? "" : error.message,
      hint: feedHint(error) ?? (status == .timedOut ? "raise --timeout" : nil), code: error.code)
  }

  /// A subscription, a publisher or a call that failed.
  static func feed(_ error: CallError) -> ControlError {
    let status: ExitStatus =
      switch error.code {
      case .cancelled: .interrupted
      case .deadlineExceeded: .timedOut
      case .unavailable: .unreachable
      case .internalError: .malformed
      default: .refused
      }
    return ControlError(
      status, status == .interrupted ? "" : error.message, hint: feedHint(error),
      code: error.code)
  }

  /// The server's certificate is not one that is trusted.
  private static func isDistrust(_ error: CallError) -> Bool {
    error.message.hasPrefix("the certificate")
  }

  private static func feedHint(_ error: CallError) -> String? {
    switch error.code {
    // The server speaks of its protocol; here a person has an option for it.
    case .unauthenticated: "give a token with --token or \(FeedPlace.tokenVariable)"
    case .failedPrecondition where isDistrust(error):
      "name its authority with --tls-ca, or trust anybody with --tls-insecure"
    default: error.hint
    }
  }
}
