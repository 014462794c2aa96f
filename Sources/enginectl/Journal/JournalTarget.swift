import ArgumentParser
import EngineCore
import JournalFiles
import NIOPosix
import Transport

/// Which journal a command is for: that of the running engine, or one in a folder.
struct JournalTarget: ParsableArguments, Sendable {
  @Option(
    help: ArgumentHelp(
      "The journal's folder, for work without an engine.", valueName: "folder"),
    completion: .directory)
  var folder: String?

  /// What the running engine's journal says of itself.
  func status(in session: Session) async throws(ControlError) -> JSONValue {
    try await command("status", [], in: session)
  }

  /// The files.
  func disk(in session: Session) async throws(ControlError) -> PosixDisk {
    let path: String
    if let folder {
      path = folder
    } else {
      let status = try await status(in: session)
      guard let told = status.text("folder") else {
        throw ControlError(.malformed, "the journal does not say where it is")
      }
      path = told
    }
    return try Self.files { () throws(JournalError) in
      do throws(DiskError) {
        return try PosixDisk(existing: path)
      } catch {
        if error.isAbsent { throw .absent(folder: path) }
        throw .disk(error)
      }
    }
  }

  /// Has old files seen to, by the engine that writes the journal or here, and tells what was done.
  func tidy(
    _ retention: JournalRetention, command name: String, _ arguments: [(String, JSONValue?)],
    in session: Session
  ) async throws(ControlError) {
    guard folder != nil else { return try await ask(name, arguments, in: session) }
    let disk = try await disk(in: session)
    let now = session.clock.now()
    let (before, after, steps) = try Self.files { () throws(JournalError) in
      let lock = try JournalLock(disk)
      defer { withExtendedLifetime(lock) {} }
      let before = try JournalSegmentInfo.all(disk)
      let steps = retention.steps(for: before, now: now)
      for step in steps { try step.run(disk) }
      return (before, try JournalSegmentInfo.all(disk), steps.count)
    }
    let freed = before.reduce(0) { $0 + $1.bytes } - after.reduce(0) { $0 + $1.bytes }
    try tell(files: steps, freed: Int64(freed), in: session)
  }

  /// The engine does it in the background; this waits until it is done.
  private func ask(
    _ name: String, _ arguments: [(String, JSONValue?)], in session: Session
  ) async throws(ControlError) {
    let before = try await status(in: session)
    _ = try await command(name, arguments, in: session)
    var after = try await status(in: session)
    while after["is_tidying"]?.bool == true {
      try await Self.pause(nanos: 100_000_000)
      after = try await status(in: session)
    }
    func change(_ name: String) -> Int64 {
      (after.integer(name) ?? 0) - (before.integer(name) ?? 0)
    }
    try tell(
      files: Int(change("removed_files") + change("compacted_files")),
      freed: change("freed_bytes"), in: session)
  }

  private func tell(files: Int, freed: Int64, in session: Session) throws(ControlError) {
    let reply = JSONValue.object([("files", .integer(files)), ("freed_bytes", .integer(freed))])
    try session.show(reply) { _, _ in
      [
        files == 0
          ? "nothing to do"
          : "\(files) \(files == 1 ? "file" : "files"), \(Figures.bytes(freed)) freed"
      ]
    }
  }

  private func command(
    _ name: String, _ arguments: [(String, JSONValue?)], in session: Session
  ) async throws(ControlError) -> JSONValue {
    let engine = try await session.connect()
    guard let plugin = try await engine.plugins(ofType: "journal").first else {
      throw ControlError(
        .refused, "the engine keeps no journal",
        hint: "add a plugin of type \"journal\" to the configuration, or name a --folder")
    }
    return try await engine.command(name, arguments, of: plugin)
  }

  /// Waits; ends with the command.
  static func pause(nanos: Int64) async throws(ControlError) {
    let clock = EventLoopClock(EngineConnection.loops.next())
    do {
      try await clock.sleep(untilNanos: clock.nowNanos + nanos)
    } catch {
      throw .interrupted
    }
  }

  /// Works on files; what goes wrong is told as theirs.
  static func files<Result>(
    _ work: () throws(JournalError) -> Result
  ) throws(ControlError) -> Result {
    do throws(JournalError) {
      return try work()
    } catch {
      throw ControlError(.refused, "\(error)")
    }
  }
}
