import BinaryProtocol
import EngineCore

/// Why a command did not do what it was asked, for people and as an exit code.
struct ControlError: Error, Equatable, Sendable {
  var status: ExitStatus
  /// The daemon's code, when the daemon answered.
  var code: BinaryProtocol.StatusCode?
  /// What went wrong; empty when it has been said already, or nobody reads any more.
  var message: String
  /// The next step.
  var hint: String?

  init(
    _ status: ExitStatus, _ message: String, hint: String? = nil,
    code: BinaryProtocol.StatusCode? = nil
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.hint = hint
  }

  /// Something was refused, and the output has said what.
  static let told = ControlError(.refused, "")
  /// Nobody reads the output any more, such as in `enginectl tap | head`: that is no failure.
  static let outputClosed = ControlError(.done, "")
  /// A signal ended the command.
  static let interrupted = ControlError(.interrupted, "")

  /// A failure to connect or to shake hands.
  static func connecting(_ error: CallError, to location: SocketLocation) -> ControlError {
    let status: ExitStatus =
      switch error.code {
      case .deadlineExceeded: .timedOut
      case .cancelled: .interrupted
      case .internalError, .failedPrecondition, .dataLoss: .malformed
      case .invalidArgument: .usage
      default: .unreachable
      }
    return ControlError(
      status, status == .interrupted ? "" : error.message + location.origin.note,
      hint: error.hint ?? (status == .timedOut ? "raise --timeout" : nil), code: error.code)
  }

  /// A call that failed. `closed` is why the connection ended, if it did.
  static func calling(
    _ method: String, _ error: CallError, closed: CloseReason?, timeout: Int64?
  ) -> ControlError {
    if closed?.code == .protocolError {
      return ControlError(
        .malformed, error.message, hint: "use the same version of enginectl and engined")
    }
    switch error.code {
    case .deadlineExceeded:
      let limit = timeout.map { " within \(DurationText.format($0))" } ?? " in time"
      return ControlError(
        .timedOut, "\(method): not done\(limit)", hint: "raise --timeout", code: error.code)
    case .cancelled where closed == nil: return .interrupted
    case .unavailable:
      return ControlError(
        .unreachable, error.message, hint: error.hint ?? "see whether the daemon still runs",
        code: error.code)
    case .unimplemented:
      return ControlError(
        .refused, error.message,
        hint: error.hint ?? "use the same version of enginectl and engined", code: error.code)
    default:
      return ControlError(.refused, error.message, hint: error.hint, code: error.code)
    }
  }

  /// A reply that is not what the method promises.
  static func malformed(_ method: String, _ detail: String) -> ControlError {
    ControlError(
      .malformed, "the reply to \(method) is damaged: \(detail)",
      hint: "use the same version of enginectl and engined")
  }

  /// As `--json` shows it.
  var json: JSONValue {
    .object([
      (
        "error",
        .object([
          ("exit", .integer(status.rawValue)), ("code", .optional(code?.description)),
          ("message", .string(message)), ("hint", .optional(hint)),
        ])
      )
    ])
  }
}
