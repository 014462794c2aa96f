import ArgumentParser
import EngineCore

/// A command that changes the state of plugins and reports on each.
protocol ChangeCommand: ControlCommand {
  /// The daemon's method.
  static var method: String { get }
  var selection: PluginSelection { get }
}

extension ChangeCommand {
  var pace: CommandPace { .change }

  func perform(in session: Session) async throws(ControlError) {
    let reply = try await session.connect().call(Self.method, selection.request)
    let results = try reply.list("results", of: Self.method)
    if session.output.isJSON {
      try session.output.json(reply)
    } else {
      try session.output.lines(ChangeLines.lines(results, style: session.output.style))
    }
    if !ChangeLines.areGood(results) { throw .told }
  }
}
