import EngineCore
import Testing

@testable import enginectl

@Suite("replay --verify", .serialized, .timeLimit(.minutes(1)))
struct RerunCommandTests {
  private func run(
    _ words: [String], _ messages: [String]
  ) async throws -> (run: CommandRun, requests: [String]) {
    var result: (CommandRun, [String])?
    try await CannedDaemon.with(["journal.rerun": .stream(messages, goesOn: false)]) { daemon in
      let run = try await CommandRun.run(["replay", "--verify"] + words, socket: daemon.path)
      result = (run, daemon.requests)
    }
    return try #require(result)
  }

  private static let same = """
    {"done":true,"identical":true,"events":2000,"warmed_up":1500,"missing":3,"same":321,\
    "left_out":7,"unclaimed":0,"pending":2,"plugins":[{"name":"bars","same":321,"left_out":7,\
    "reason":"it was paused","starts":2,"started_after":4,"approximate":false}],"difference":null}
    """

  @Test("what came out the same, what was not compared and why is told; the code is 0")
  func identical() async throws {
    let (run, requests) = try await run(
      ["--from", "1501", "--to", "2024-01-15T10:00:00Z", "--plugin", "bars"],
      [#"{"position":900,"end":3500,"same":5}"#, Self.same])
    #expect(run.status == .done)
    #expect(
      requests.last == #"journal.rerun {"from":"1501","to":"2024-01-15T10:00:00Z","#
        + #""plugins":["bars"]}"#)
    #expect(
      run.lines == [
        "bars: 321 derived events the same, 2 instances",
        "bars: 7 were not compared: it was paused",
        "1,500 events before the range were read for the state",
        "3 events of the range are not in the journal",
        "2 came out and are not recorded yet",
        "identical: 321 derived events of 2,000 events",
      ])
  }

  @Test("a difference is shown with both values; the code is 1")
  func different() async throws {
    let report = """
      {"done":true,"identical":false,"events":900,"warmed_up":0,"missing":0,"same":11,\
      "left_out":0,"unclaimed":0,"pending":0,"plugins":[{"name":"bars","same":11,"left_out":0,\
      "reason":null,"starts":1,"started_after":4,"approximate":true}],"difference":\
      {"plugin":"bars","position":91377,"subject":"bar.A.1m","field":"high","recorded":"2",\
      "computed":"1","recorded_event":{"seq":91377,"high":2},"computed_event":{"seq":0,"high":1}}}
      """
    let (run, _) = try await run([], [report])
    #expect(run.status == .refused)
    #expect(
      run.lines == [
        "bars: 11 derived events the same",
        "bars: the journal does not go back to its start; closed bars were compared, without "
          + "their revisions",
        "DIFFERENT at 91,377: bar.A.1m of bars", "  high recorded: 2", "  high computed: 1",
        #"  recorded event: {"seq":91377,"high":2}"#, #"  computed event: {"seq":0,"high":1}"#,
      ])
    let (json, _) = try await self.run(["--json"], [report])
    #expect(json.status == .refused)
    let value = try JSONReader().read(Array(json.output.utf8))
    #expect(value["difference"]?["field"]?.string == "high")
  }

  @Test(
    "options that go with publishing alone are refused, and a stream without a report is damage")
  func refused() async throws {
    for words in [["--folder", "copy"], ["--symbol", "A"], ["--speed", "2"]] {
      let error = CommandRun.usageError(["replay", "--verify"] + words)
      #expect(error?.contains("all of the running engine's journal") == true, "\(words)")
    }
    #expect(CommandRun.usageError(["replay", "--plugin", "bars"])?.contains("--verify") == true)
    let (run, _) = try await run([], [#"{"position":900,"end":3500,"same":5}"#])
    #expect(run.status == .malformed)
  }
}
