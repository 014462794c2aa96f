import ArgumentParser
import EngineCore
import JournalFiles

/// `enginectl journal prune`
struct JournalPruneCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune", abstract: "Remove the oldest files of the journal now.",
    discussion: "Settings of the journal do the same by themselves: max_age, max_size, kinds.")
  var pace: CommandPace { .change }

  @Option(help: ArgumentHelp("Remove files sealed before that.", valueName: "duration"))
  var maxAge: DurationArgument?

  @Option(help: ArgumentHelp("Remove the oldest until so much is left.", valueName: "size"))
  var maxSize: String?

  @OptionGroup var target: JournalTarget
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if maxAge == nil, maxSize == nil { throw ValidationError("say --max-age or --max-size") }
    if let maxSize, (try? SizeText.parse(maxSize)) == nil {
      throw ValidationError("--max-size is a size such as 10GiB")
    }
  }

  func perform(in session: Session) async throws(ControlError) {
    let limit = JournalRetention.Limit(
      ageNanos: maxAge?.nanos,
      bytes: maxSize.flatMap { try? SizeText.parse($0) }.map { Int($0) })
    try await target.tidy(
      JournalRetention(all: limit), command: "prune",
      [
        ("max_age", maxAge.map { .string(DurationText.format($0.nanos)) }),
        ("max_size", maxSize.map { .string($0) }),
      ], in: session)
  }
}
