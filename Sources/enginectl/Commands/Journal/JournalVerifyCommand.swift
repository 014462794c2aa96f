import ArgumentParser
import EngineCore
import JournalFiles

/// `enginectl journal verify`
struct JournalVerifyCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read every byte of the journal and say what is wrong with it.",
    discussion: "The exit code is 1 when something is. It may be done while the engine records.")
  var pace: CommandPace { .stream }

  @OptionGroup var target: JournalTarget
  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    let disk = try await target.disk(in: session)
    let found = try JournalTarget.files { () throws(JournalError) in
      try JournalVerification.run(disk)
    }
    // What is being written now is no damage.
    let isRecording = target.folder == nil
    let faults = found.faults.filter { !isRecording || $0.what != .tornTail }
    try session.show(JournalTables.json(found, faults)) { _, _ in
      faults.map { "\($0)" } + [JournalTables.summary(found, faults)]
    }
    if !faults.isEmpty { throw .told }
  }
}
