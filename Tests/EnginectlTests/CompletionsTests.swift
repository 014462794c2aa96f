import Testing

@testable import enginectl

@Suite("Completions")
struct CompletionsTests {
  @Test("completions name every command, in each shell", arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) async throws {
    let run = try await CommandRun.run(["completions", shell])
    for command in ["list", "tap", "doctor", "log-level"] {
      #expect(run.output.contains(command))
    }
    #expect(run.output.contains("enginectl list --names"))
  }
}
