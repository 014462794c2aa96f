import EngineCore
import Testing

@testable import enginectl

@Suite("clients", .serialized, .timeLimit(.minutes(1)))
struct ClientsCommandTests {
  private static let plugins = """
    {"plugins":[{"name":"web","type":"websocket","state":"running"},\
    {"name":"sim","type":"generator","state":"running"},\
    {"name":"old","type":"binary","state":"stopped"}]}
    """

  @Test("the clients of all frontends that run are listed, with what they read")
  func list() async throws {
    let reply = """
      [{"connection":12,"peer":"10.0.0.7","client":"chart","token":"desk","bytes_out":2048,\
      "unwritten_bytes":0,"subscriptions":[{"sub":1,"subjects":["trade.A","bar.A.1m"],\
      "policy":"conflate","lost":3}]},{"connection":13,"peer":"10.0.0.8","client":"",\
      "bytes_out":10,"unwritten_bytes":10,"subscriptions":[]}]
      """
    let (run, requests) = try await CannedDaemon.ask(
      ["clients"], plugins: Self.plugins, reply: reply)
    #expect(
      requests.last == #"plugins.command {"name":"web","command":"connections","arguments":{}}"#)
    #expect(
      run.lines == [
        "CLIENT  PEER      NAME   TOKEN   SENT  WAITING  LOST  SUBJECTS",
        "web/12  10.0.0.7  chart  desk   2 KiB      0 B     3  trade.A bar.A.1m",
        "web/13  10.0.0.8  -      -       10 B     10 B     0  -",
      ])
    let (json, _) = try await CannedDaemon.ask(
      ["clients", "list", "--json"], plugins: Self.plugins, reply: reply)
    let clients = try JSONReader().read(Array(json.output.utf8))["clients"]?.array
    #expect(clients?.first?["id"]?.string == "web/12" && clients?.count == 2)
  }

  @Test("a client is disconnected by its id, with a reason")
  func kick() async throws {
    let (run, requests) = try await CannedDaemon.ask(
      ["clients", "kick", "web/12", "--reason", "too many"], plugins: Self.plugins, reply: "null")
    #expect(
      requests.last == #"plugins.command {"name":"web","command":"kick","#
        + #""arguments":{"connection":12,"reason":"too many"}}"#)
    #expect(run.status == .done && run.lines == ["web/12 is disconnected"])
  }

  @Test("without clients, frontends or ids it says so")
  func nothing() async throws {
    let (empty, _) = try await CannedDaemon.ask(["clients"], plugins: Self.plugins, reply: "[]")
    #expect(empty.lines == ["no clients are connected"])
    let (none, _) = try await CannedDaemon.ask(["clients"], plugins: Canned.plugins, reply: "[]")
    #expect(none.status == .refused && none.errors.contains("no frontend runs"))
    for words in [["clients", "kick"], ["clients", "kick", "12"], ["clients", "kick", "web/x"]] {
      #expect(CommandRun.usageError(words) != nil, "\(words)")
    }
  }
}
