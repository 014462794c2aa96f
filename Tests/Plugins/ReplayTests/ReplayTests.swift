import EngineCore
import Testing

@testable import Replay
@testable import TickFiles

@Suite("Replay plugin")
struct ReplayTests {
  private func stage(_ rows: String, _ rest: String = "") throws -> (EngineStage, Scratch) {
    let scratch = try Scratch()
    let path = try scratch.file("t.csv", "ts_ns,symbol,price\n" + rows)
    return (
      try EngineStage("{\"files\":[{\"path\":\"\(path)\",\"venue\":\"V\"}]\(rest)}"), scratch
    )
  }

  @Test("rows reach the bus in order, with their instrument defined")
  func playing() throws {
    let (stage, scratch) = try stage("0,A,1.5\n1000,B,2.5\n2000,A,3.5\n", ",\"speed\":\"max\"")
    defer { _ = scratch }
    #expect(stage.events.map(\.trade.price.raw) == [1_500_000_000, 2_500_000_000, 3_500_000_000])
    #expect(stage.engine.catalog.instruments().map(\.key) == ["A@V", "B@V"])
    #expect(stage.events.allSatisfy { $0.source.raw > 0 && $0.flags == .replayed })
    #expect(stage.log.contains("finished: 3 rows played, 0 malformed, 0 out of order"))
  }

  @Test("commands pause, resume, seek, change the speed, restart and answer with the state")
  func commands() throws {
    let rows = (0..<10).map { "\($0 * 1_000_000_000),A,\($0)\n" }.joined()
    let (stage, scratch) = try stage(rows)
    defer { _ = scratch }
    stage.advance(1_000_000_000)
    #expect(stage.events.count == 2)
    #expect(try stage.send("pause")["state"]?.string == "paused")
    stage.advance(5_000_000_000)
    #expect(stage.events.count == 2)
    #expect(try stage.send("resume")["state"]?.string == "playing")
    #expect(try stage.send("seek", "{\"time\":\"1970-01-01T00:00:07Z\"}")["state"] != nil)
    #expect(stage.events.map { $0.trade.price.raw / 1_000_000_000 } == [0, 1, 2, 7])
    #expect(try stage.send("speed", "{\"speed\":\"max\"}")["speed"]?.string == "max")
    #expect(stage.events.count == 6)
    #expect(try stage.send("stats")["state"]?.string == "finished")
    _ = try stage.send("restart")
    let answer = try stage.send("stats")
    #expect(stage.events.count == 16)
    #expect(answer["rows"]?.int64 == 16 && answer["passed_over"]?.int64 == 4)
    #expect(answer["position"]?.string == "1970-01-01T00:00:09Z")
  }

  @Test("commands that make no sense are answered with what was expected")
  func badCommands() throws {
    let (stage, scratch) = try stage("0,A,1\n")
    defer { _ = scratch }
    #expect(
      try stage.send("seek", "{\"time\":\"soon\"}").string
        == "expected a time such as {\"time\": \"2014-05-02T09:00:00Z\"}, found {\"time\":\"soon\"}"
    )
    #expect(
      try stage.send("speed", "{\"speed\":0}").string
        == "expected {\"speed\": …} with a number from 0.1 to 1000, or \"max\", "
        + "found {\"speed\":0}")
    #expect(try stage.send("jump").string == "replay has no command \"jump\"")
  }

  @Test("a pause of the host is followed by no burst")
  func hostPause() throws {
    let rows = (0..<10).map { "\($0 * 1_000_000_000),A,\($0)\n" }.joined()
    let (stage, scratch) = try stage(rows)
    defer { _ = scratch }
    try stage.engine.host.setPaused("it", true)
    stage.advance(8_000_000_000)
    #expect(stage.events.count == 1)
    try stage.engine.host.setPaused("it", false)
    stage.turn()
    #expect(stage.events.count == 2)
    stage.advance(1_000_000_000)
    #expect(stage.events.count == 3)
  }
}
