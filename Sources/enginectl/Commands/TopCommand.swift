import ArgumentParser
import EngineCore

/// `enginectl top`
struct TopCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "top", abstract: "Watch the engine: CPU, memory, rates, lag, hops.",
    discussion: "Redraws a terminal; prints block after block elsewhere. Ctrl-C ends.")

  @Option(help: ArgumentHelp("Time between two pictures.", valueName: "duration"))
  var interval = DurationArgument(nanos: 1_000_000_000)

  @Flag(help: "Print one picture, over one interval, and end.")
  var once = false

  @OptionGroup var common: CommonOptions

  var pace: CommandPace { .stream }

  func validate() throws {
    if interval.nanos < 100_000_000 { throw ValidationError("--interval is 100ms or more") }
  }

  func perform(in session: Session) async throws(ControlError) {
    let engine = try await session.connect()
    let output = session.output
    let isFullScreen = output.isTerminal && !output.isJSON && !once
    let request = JSONValue.object([("interval_ns", .integer(interval.nanos))])
    var previous: TopSample?
    if isFullScreen { try output.takeScreen() }
    defer { output.restoreScreen() }
    try await engine.stream("stats.watch", request) { message throws(ControlError) in
      if output.isJSON {
        try output.json(message)
        return !once
      }
      let sample = TopSample(message)
      // Rates are differences: one picture takes two samples.
      defer { previous = sample }
      if once && previous == nil { return true }
      let before = previous
      if isFullScreen {
        let size = output.screen
        let style = Style(hasColours: output.style.hasColours, width: size.columns)
        let lines = TopView.lines(sample, before: before, style: style)
        try output.draw(TopView.fitted(lines, rows: size.rows))
      } else {
        let lines = TopView.lines(sample, before: before, style: output.style)
        try output.lines(once ? lines : lines + [""])
      }
      return !once
    }
  }
}
