import ArgumentParser
import EngineCore
import JournalFiles

/// `enginectl journal backup`
struct JournalBackupCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the journal as it is now, also while the engine records.",
    discussion: """
      Files that are sealed are linked where the folders share a file system. The copy is a \
      journal of its own: an engine may go on with it.
      """)
  var pace: CommandPace { .stream }

  @Argument(help: "An empty folder; made when it is not there.", completion: .directory)
  var to: String

  @OptionGroup var target: JournalTarget
  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    let source = try await target.disk(in: session)
    let copy = to
    let backup = try JournalTarget.files { () throws(JournalError) in
      let folder: PosixDisk
      do throws(DiskError) { folder = try PosixDisk(folder: copy) } catch { throw .disk(error) }
      return try JournalBackup.run(from: source, to: folder)
    }
    let reply = JSONValue.object([
      ("folder", .string(to)), ("files", .integer(backup.segments)),
      ("linked", .integer(backup.linked)), ("copied_bytes", .integer(backup.bytesCopied)),
    ])
    try session.show(reply) { _, _ in
      [
        "\(Figures.grouped(backup.segments)) files in \(to): \(Figures.grouped(backup.linked)) "
          + "linked, \(Figures.bytes(Int64(backup.bytesCopied))) copied"
      ]
    }
  }
}
