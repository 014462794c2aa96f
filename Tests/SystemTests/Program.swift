import Foundation
import Synchronization

/// A program that was built beside these tests, running in a folder.
final class Program: Sendable {
  private let process: Mutex<Process>
  private let captured: [Captured]
  let pid: Int32

  /// One stream of output, read by a thread of its own as it comes.
  private final class Captured: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    private let isAtEnd = Atomic<Bool>(false)

    init(_ pipe: Pipe) {
      let handle = pipe.fileHandleForReading
      Thread.detachNewThread { [self] in
        while true {
          let data = handle.availableData
          if data.isEmpty { break }
          bytes.withLock { $0.append(contentsOf: data) }
        }
        isAtEnd.store(true, ordering: .releasing)
      }
    }

    var isComplete: Bool { isAtEnd.load(ordering: .acquiring) }
    var all: [UInt8] { bytes.withLock { $0 } }
    var text: String { String(decoding: all, as: UTF8.self) }
  }

  struct Missing: Error, CustomStringConvertible {
    var name: String
    var places: [String]
    var description: String { "there is no \(name) in \(places.joined(separator: ", "))" }
  }

  /// Where `swift build` has put a program: beside the bundle of tests.
  static func path(_ name: String) throws -> String {
    let bundle = URL(filePath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let places = [bundle, root.appending(path: ".build/debug")].map {
      $0.appending(path: name).path(percentEncoded: false)
    }
    guard let path = places.first(where: { FileManager.default.isExecutableFile(atPath: $0) })
    else { throw Missing(name: name, places: places) }
    return path
  }

  init(
    _ name: String, _ arguments: [String], in folder: String,
    environment: [String: String] = [:], input: String? = nil
  ) throws {
    let process = Process()
    process.executableURL = URL(filePath: try Self.path(name))
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder)
    // Nothing of whoever runs the tests may change what the program does.
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    process.environment = environment.merging(["PATH": path]) { given, _ in given }
    process.standardInput =
      try input.map { try FileHandle(forReadingFrom: URL(filePath: "\(folder)/\($0)")) }
      ?? FileHandle.nullDevice
    let pipes = [Pipe(), Pipe()]
    process.standardOutput = pipes[0]
    process.standardError = pipes[1]
    try process.run()
    pid = process.processIdentifier
    captured = pipes.map(Captured.init)
    self.process = Mutex(process)
  }

  deinit {
    process.withLock { process in
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
  }

  var output: String { captured[0].text }
  var outputBytes: [UInt8] { captured[0].all }
  var errors: String { captured[1].text }
  var isRunning: Bool { process.withLock { $0.isRunning } }

  func signal(_ number: Int32) { kill(pid, number) }

  /// Its exit code, once it has ended and all its output is here.
  func exitCode() async throws -> Int32 {
    try await Deadline.wait(for: "the end of process \(pid); it said: \(errors)") {
      guard !isRunning, captured.allSatisfy(\.isComplete) else { return nil }
      return process.withLock { $0.terminationStatus }
    }
  }
}
