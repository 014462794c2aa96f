import ArgumentParser
import EngineCore

/// `enginectl subjects`
struct SubjectsCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "subjects",
    abstract: "Show what is on the bus: subjects, who makes and who reads them.")

  @Argument(help: "Only subjects that this pattern matches, such as 'trade.*'.")
  var filter: String?

  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    let request = JSONValue.object([]).adding([("filter", filter.map { .string($0) })])
    let style = session.output.style
    try await session.answer("subjects.list", request) { reply throws(ControlError) in
      let subjects = try reply.list("subjects", of: "subjects.list")
      if subjects.isEmpty { return [filter == nil ? "no subjects yet" : "no subject matches"] }
      var table = Table([
        .text("SUBJECT"), .number("EVENTS"), .text("PRODUCERS", least: 12),
        .text("CONSUMERS", least: 12),
      ])
      table.rows = subjects.map { subject in
        [
          Cell(subject.text("subject") ?? "?"),
          Cell(subject.integer("events").map { Figures.grouped($0) } ?? "-"),
          Cell(names(subject.texts("producers"))), Cell(names(subject.texts("consumers"))),
        ]
      }
      return table.lines(style)
    }
  }

  private func names(_ names: [String]) -> String {
    names.isEmpty ? "-" : names.joined(separator: ", ")
  }
}
