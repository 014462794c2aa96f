import ArgumentParser
import EngineCore
import JournalFiles

/// `enginectl journal compact`
struct JournalCompactCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "compact", abstract: "Pack all sealed files of the journal now.",
    discussion: "The setting compact_after of the journal does the same by itself.")
  var pace: CommandPace { .stream }

  @OptionGroup var target: JournalTarget
  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    try await target.tidy(
      JournalRetention(compactAfterNanos: .min), command: "compact", [], in: session)
  }
}
