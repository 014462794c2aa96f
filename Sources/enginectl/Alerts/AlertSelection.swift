import ArgumentParser
import EngineCore

/// Which alerts are to be shown.
struct AlertSelection: ParsableArguments, Sendable {
  @Option(help: "Of these rules: a name, or the beginning of one and *.")
  var rule: String?

  @Option(help: "Of these instruments: a key, or the beginning of one and *.")
  var symbol: String?

  @Option(
    help: ArgumentHelp(
      "In this state; may be given several times: inactive, pending, firing, acknowledged, resolved.",
      valueName: "state"))
  var state: [String] = []

  func validate() throws {
    let known = AlertState.allCases.map { "\($0)" }
    for text in state where !known.contains(text) {
      throw ValidationError("--state is one of \(known.joined(separator: ", "))")
    }
  }

  var arguments: [(String, JSONValue?)] {
    [
      ("rule", rule.map { .string($0) }), ("symbol", symbol.map { .string($0) }),
      ("state", state.isEmpty ? nil : .array(state.map { .string($0) })),
    ]
  }
}
