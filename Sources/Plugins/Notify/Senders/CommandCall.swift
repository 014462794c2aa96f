internal import CNotify

/// One run of a program, with its arguments as data: there is no shell that could read them.
struct CommandCall: Sendable {
  /// How a run ended.
  struct End: Sendable, Equatable {
    var isSuccess: Bool
    /// For people, with the beginning of what the program said.
    var text: String
  }

  /// Bytes of its output that are kept.
  private static let outputMax = 1024

  let program: String
  let directory: String?
  var arguments: [String] = []
  var variables: [String] = []
  var input: [UInt8] = []
  var timeoutNanos: Int64 = 10_000_000_000

  init(program: String, directory: String?) {
    self.program = program
    self.directory = directory
  }

  /// Runs it; blocks until it has ended or was killed.
  func run() -> End {
    var output = [UInt8](repeating: 0, count: Self.outputMax)
    let all = [program] + arguments
    let folder = directory.map { Self.closed([$0]) }
    // Safe: texts end with NUL, counts are those of the arrays, all live until the call is over.
    let result = unsafe tw_command_run(
      Self.closed([program]), Self.closed(all), all.count, Self.closed(variables),
      variables.count, folder, input, input.count, &output, output.count, timeoutNanos)
    return end(result, String(decoding: output.prefix(Int(result.output)), as: UTF8.self))
  }

  /// Each with a NUL behind it, and none in it: that would begin another one.
  static func closed(_ texts: [String]) -> [CChar] {
    texts.flatMap { text in
      text.utf8.filter { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
    }
  }

  private func end(_ result: tw_command_result, _ output: String) -> End {
    let said = HeaderLine.short(output)
    if result.error != 0 {
      return End(isSuccess: false, text: "not started: error \(result.error)")
    }
    if result.timed_out != 0 { return End(isSuccess: false, text: "killed: it took too long") }
    if result.signal != 0 {
      return End(isSuccess: false, text: "ended by signal \(result.signal)\(said)")
    }
    return End(isSuccess: result.status == 0, text: "exit \(result.status)\(said)")
  }
}
