import BinaryProtocol
import EngineCore
import Testing

@testable import enginectl

@Suite("What a server says of itself")
struct ServerReportTests {
  private static var report: ServerReport {
    let ack = HelloAck(
      version: 1, capabilities: WireCapabilities.data.rawValue, maxFrameBytes: 1 << 20,
      maxStreams: 256, maxCreditBytes: 16 << 20, keepAliveIntervalMillis: 15_000,
      keepAliveTimeoutMillis: 10_000,
      server: ServerIdentity(name: "engined", version: "0.1.0", pid: 4242, epoch: 1 << 60))
    let layout = RecordLayout(
      kind: 1, name: "trade", bytes: 64,
      fields: [.init("price", 16, .i64, .nano), .init("side", 56, .u8)])
    return ServerReport(
      address: "localhost:9000", server: ack,
      health: ServerHealth(isServing: false, text: "it stops\u{1B}"),
      description: ServiceDescription(
        protocolVersion: 1,
        methods: [.init(name: "subscribe", summary: "Sends events.", isStreaming: true)],
        schemaVersion: 1, layouts: [layout]),
      access: AuthenticateReply(name: "desk", rights: [.subscribe, .publish]))
  }

  @Test("people read who it is, its limits, its methods and its records")
  func lines() {
    #expect(
      Self.report.lines(showsFields: false, style: .plain) == [
        "engined 0.1.0 on localhost:9000, not ready: it stops\\u{1b}",
        "  pid         4242", "  epoch       1152921504606846976",
        "  protocol    1, newest 1", "  in use      data", "  frames      up to 1 MiB",
        "  calls       256 at a time", "  credit      up to 16 MiB a call",
        "  keep-alive  after 15s, then 10s", "  records     schema 1",
        "  token       desk: subscribe, publish", "",
        "METHOD     REPLIES", "subscribe  stream   Sends events.", "",
        "KIND  RECORD  BYTES  FIELDS", "   1  trade      64  price, side",
      ])
  }

  @Test("--records shows where each field is")
  func fields() {
    let lines = Self.report.lines(showsFields: true, style: .plain)
    #expect(
      Array(lines.suffix(3)) == [
        "RECORD                        OFFSET  TYPE  FIELD  UNIT",
        "trade 1, version 1, 64 bytes      16  i64   price  1e-9",
        "                                  56  u8    side   -",
      ])
  }

  @Test("programs read the same, epochs as text")
  func json() {
    let json = Self.report.json
    #expect(json.text("epoch") == "1152921504606846976" && json.integer("pid") == 4242)
    #expect(json["limits"]?.integer("frame_bytes") == 1 << 20)
    #expect(json["health"]?.flag("serving") == false)
    #expect(json["token"]?.texts("rights") == ["subscribe", "publish"])
    let field = json["records"]?.array?.first?["fields"]?.array?.first
    #expect(field?.integer("offset") == 16 && field?.text("type") == "i64")
    var plain = Self.report
    plain.access = nil
    #expect(plain.json["token"] == nil)
  }
}
