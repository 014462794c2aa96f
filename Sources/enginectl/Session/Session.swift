import EngineCore
import Synchronization

/// One run of a command: where it writes, which daemon it talks to, and until when.
final class Session: Sendable {
  let output: Output
  let location: SocketLocation
  /// A binary frontend to go to instead of the socket.
  private let options: CommonOptions
  let clock: any EngineClock
  let environment: ProcessEnvironment
  /// The limit of the whole command; nil for none.
  let timeoutNanos: Int64?
  private let deadline: Int64?
  private let connection = Mutex<EngineConnection?>(nil)

  init(
    options: CommonOptions, pace: CommandPace, environment: ProcessEnvironment, output: Output,
    clock: any EngineClock = SystemClock()
  ) {
    self.output = output
    self.clock = clock
    self.environment = environment
    location = SocketLocation.choose(
      option: options.socket, variable: environment.variable(SocketLocation.variable)
    ) { environment.file(SocketLocation.configurationFile) }
    self.options = options
    timeoutNanos = options.timeout?.nanos ?? pace.timeoutNanos
    deadline = timeoutNanos.map { limit in
      let (sum, overflow) = clock.monotonicNanos().addingReportingOverflow(limit)
      return overflow ? .max : sum
    }
  }

  /// The connection to the daemon; opened when it is first asked for.
  func connect() async throws(ControlError) -> EngineConnection {
    if let open = connection.withLock({ $0 }) { return open }
    let remaining = { @Sendable [clock, deadline] in deadline.map { $0 - clock.monotonicNanos() } }
    let opened: EngineConnection
    if options.address == nil {
      opened = try await EngineConnection.open(
        location, timeoutNanos: timeoutNanos, remaining: remaining)
    } else {
      opened = try await EngineConnection.open(
        try options.place(in: environment), timeoutNanos: timeoutNanos, remaining: remaining)
    }
    connection.withLock { $0 = opened }
    return opened
  }

  /// What is left of the command's time; nil without a limit.
  func remainingNanos() -> Int64? { deadline.map { $0 - clock.monotonicNanos() } }

  /// Asks one question and prints the reply as it is when JSON was asked for, else as `render` has
  /// it.
  func answer(
    _ method: String, _ request: JSONValue = .object([]),
    render: (JSONValue) throws(ControlError) -> [String]
  ) async throws(ControlError) {
    let reply = try await connect().call(method, request)
    if output.isJSON { return try output.json(reply) }
    try output.lines(try render(reply))
  }

  /// Closes the connection if there is one.
  func close() async {
    await connection.withLock { $0 }?.close()
  }
}
