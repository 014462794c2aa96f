import EngineCore
import Foundation
import Testing

@testable import JournalFiles

@Suite("A real folder")
struct PosixDiskTests {
  /// A new folder, and what is to be done at the end.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "tickwire-journal-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path(percentEncoded: false))
  }

  @Test("a journal is written, read, verified, backed up and opened again")
  func whole() throws {
    try withFolder { folder in
      let disk = try PosixDisk(folder: folder + "/journal")
      let events = Made.market(5_000)
      let catalog = Catalog()
      let (writer, recovery) = try JournalWriter.open(
        disk, options: JournalOptions(segmentBytes: 40_000), now: Made.time(5))
      #expect(recovery.isNew)
      for start in stride(from: 0, to: 5_000, by: 500) {
        try writer.append(events.span.extracting(start..<start + 500), catalog: catalog)
        try writer.commit(now: Made.time(6))
      }
      #expect(try disk.readAll().events == events)
      #expect {
        _ = try JournalWriter.open(disk, now: .zero)
      } throws: { error in
        (error as? JournalError)
          == .locked(
            folder: folder + "/journal", holder: "\(ProcessInfo.processInfo.processIdentifier)")
      }
      let copy = try PosixDisk(folder: folder + "/copy")
      let backup = try JournalBackup.run(from: disk, to: copy)
      #expect(backup.linked == backup.segments - 1)
      try writer.close(now: Made.time(7))
      for name in try disk.segmentNames().dropLast() {
        try JournalCompaction.compact(disk, segment: name)
      }
      for folder in [disk, copy] {
        #expect(try JournalVerification.run(folder).faults == [])
        #expect(try folder.readAll().events == events)
      }
    }
  }

  @Test("the lock goes with the writer")
  func lock() throws {
    try withFolder { folder in
      let disk = try PosixDisk(folder: folder)
      do { _ = try JournalWriter.open(disk, now: .zero) }
      let (_, recovery) = try JournalWriter.open(disk, now: .zero)
      // It was not closed, but the machine still runs: nothing can be missing.
      #expect(!recovery.mayLackEvents)
    }
  }

  @Test("errors name the file and say why")
  func errors() throws {
    #expect {
      _ = try PosixDisk(folder: "/proc/nowhere/journal")
    } throws: { "\($0)" == "open .: No such file or directory" }
    try withFolder { folder in
      let disk = try PosixDisk(existing: folder)
      #expect {
        _ = try disk.open("absent", .reading)
      } throws: { "\($0)" == "open absent: No such file or directory" }
    }
  }
}
