import ArgumentParser
import Foundation
import Testing

@testable import enginectl

/// docs/enginectl.md knows what the tool can do.
@Suite("The tool's document")
struct DocumentTests {
  private static func document() throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "docs/enginectl.md"), encoding: .utf8)
  }

  @Test("every command is in it")
  func commands() throws {
    let document = try Self.document()
    let commands =
      Enginectl.configuration.subcommands
      + Enginectl.configuration.groupedSubcommands
      .flatMap(\.subcommands)
    #expect(commands.count > 20)
    for command in commands {
      let name = try #require(command.configuration.commandName)
      #expect(document.contains("`\(name)") || document.contains("enginectl \(name)"), "\(name)")
    }
  }

  @Test(
    "every option of the feed commands is in it",
    arguments: ["subscribe", "publish", "describe", "bench"])
  func options(name: String) throws {
    let document = try Self.document()
    let help = Enginectl.helpMessage(
      for: try #require(
        Enginectl.configuration.groupedSubcommands.flatMap(\.subcommands)
          .first { $0.configuration.commandName == name }))
    let options = Set(help.matches(of: /--[a-z][a-z-]+/).map { String($0.output) })
    #expect(options.count > 5)
    for option in options.subtracting(["--help", "--version"]) {
      #expect(document.contains(option), "\(option)")
    }
  }
}
