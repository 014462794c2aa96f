import Foundation

/// The built enginectl in a process of its own.
final class Program: Sendable {
  private let process: Process
  private let output: Pipe
  private let errorOutput: Pipe
  private let ends: AsyncStream<Int32>

  private init(process: Process, output: Pipe, errorOutput: Pipe, ends: AsyncStream<Int32>) {
    (self.process, self.output, self.errorOutput) = (process, output, errorOutput)
    self.ends = ends
  }

  static func start(_ arguments: [String], socket: String) throws -> Program {
    let process = Process()
    // Built beside the test bundle, of which it is a dependency.
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
      .resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("enginectl")
    process.arguments = arguments + ["--socket", socket]
    let (output, errorOutput) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errorOutput
    let (ends, continuation) = AsyncStream.makeStream(of: Int32.self)
    process.terminationHandler = { process in
      // A signal that was not handled is told from an exit code.
      let status = process.terminationStatus
      continuation.yield(process.terminationReason == .exit ? status : -status)
      continuation.finish()
    }
    try process.run()
    return Program(process: process, output: output, errorOutput: errorOutput, ends: ends)
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// What comes next on its output.
  func readSome() async -> String {
    let handle = output.fileHandleForReading
    return await withCheckedContinuation { done in
      DispatchQueue.global().async {
        done.resume(returning: String(decoding: handle.availableData, as: UTF8.self))
      }
    }
  }

  func closeOutput() { try? output.fileHandleForReading.close() }

  /// The exit code, or the negated number of the signal that ended it.
  func end() async -> Int32 {
    for await status in ends { return status }
    return .max
  }

  /// What it wrote to its error output; to be asked when it has ended.
  func errors() -> String {
    String(decoding: errorOutput.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  }
}
