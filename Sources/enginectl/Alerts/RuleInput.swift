import AlertRules
import EngineCore

/// Rules that people hand to the tool.
enum RuleInput {
  /// Checks a rule as the engine will, so that what is wrong is told with its column.
  static func check(_ json: JSONValue) throws(ControlError) -> AlertRule {
    do throws(ConfigurationError) {
      return try RecordFile().read(json, name: "rule", as: AlertRule.self)
    } catch {
      throw ControlError(.usage, error.faults.map(words).joined(separator: "\n"))
    }
  }

  private static func words(_ fault: ConfigurationFault) -> String {
    let place = fault.path.isEmpty ? "rule" : fault.path
    let hint = fault.suggestion.map { "; did you mean \($0)?" } ?? ""
    return "\(place): expected \(fault.expected), found \(fault.found)\(hint)"
  }

  /// The rules of a file, checked.
  static func rules(
    in file: String, environment: ProcessEnvironment
  ) throws(ControlError) -> [AlertRule] {
    guard let bytes = environment.file(file) else {
      throw ControlError(.usage, "\(file) cannot be read")
    }
    do throws(ConfigurationError) {
      return try RecordFile().read(
        bytes, file: file, member: "rules", as: AlertRule.self, most: 1_000_000)
    } catch {
      throw ControlError(.usage, error.description)
    }
  }
}
