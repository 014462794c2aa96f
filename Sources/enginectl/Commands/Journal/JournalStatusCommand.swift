import ArgumentParser
import EngineCore
import JournalFiles

/// `enginectl journal status`
struct JournalStatusCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show how far the journal has come, and its files.")

  @OptionGroup var target: JournalTarget
  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    let status = target.folder == nil ? try await target.status(in: session) : nil
    let disk = try await target.disk(in: session)
    let segments = try JournalTarget.files { () throws(JournalError) in
      try JournalSegmentInfo.all(disk)
    }
    var reply = JournalTables.json(segments, folder: disk.path)
    if let status { reply = reply.adding([("recording", status)]) }
    try session.show(reply) { _, style in
      JournalTables.lines(segments, folder: disk.path, status: status, style: style)
    }
  }
}
