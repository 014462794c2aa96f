import ArgumentParser

/// `enginectl journal`
struct JournalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal", abstract: "Look at the recorded log, check it, keep it small, copy it.",
    discussion: """
      Without --folder the journal of the running engine is meant; with it the files are read \
      without an engine.
      """,
    subcommands: [
      JournalStatusCommand.self, JournalVerifyCommand.self, JournalPruneCommand.self,
      JournalCompactCommand.self, JournalBackupCommand.self,
    ])
}
