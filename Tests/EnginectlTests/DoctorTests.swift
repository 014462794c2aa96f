import BinaryProtocol
import EngineCore
import Testing

@testable import enginectl

@Suite("Doctor", .serialized, .timeLimit(.minutes(1)))
struct DoctorTests {
  private func healthy() throws -> Findings {
    let sim = PluginRow(try JSONReader().read(Canned.sim))
    return Findings(
      location: SocketLocation(path: "run/engine.sock", origin: .fallback),
      entry: .socket(mode: 0o600, isOurs: true), daemonVersion: Release.version,
      engine: EngineRow(try JSONReader().read(Canned.info())), plugins: [sim],
      plan: ReloadPlan(.object([])), openFilesMax: 4096,
      disk: DiskSpace(free: 50 << 30, total: 100 << 30), now: FixedClock.instant)
  }

  private func check(_ name: String, _ change: (inout Findings) throws -> Void) throws -> Check {
    var findings = try healthy()
    try change(&findings)
    return try #require(Diagnosis.checks(findings).first { $0.name == name })
  }

  @Test("a healthy engine passes every check")
  func good() throws {
    let lines = Diagnosis.checks(try healthy()).flatMap { $0.lines(style: .plain, width: 13) }
    #expect(
      lines == [
        "✓ socket         run/engine.sock, mode 0600",
        "✓ daemon         answers: pid 4711, up 3m 12s",
        "✓ version        both are 0.1.0",
        "✓ plugins        1 running",
        "✓ pauses         nobody is paused",
        "✓ readers        nobody is far behind",
        "✓ losses         no event was dropped or refused",
        "✓ configuration  /etc/tickwire/plugins.json is what runs",
        "✓ open files     the daemon may open 4,096",
        "✓ clock          steady since the start",
        "✓ disk           50 GiB free in the folder of the socket",
      ])
  }

  @Test("each ill is found")
  func ills() throws {
    #expect(try check("socket") { $0.entry = .socket(mode: 0o666, isOurs: true) }.verdict == .bad)
    #expect(try check("socket") { $0.entry = .other }.verdict == .bad)
    #expect(try check("daemon") { $0.ailment = "starting" }.verdict == .bad)
    #expect(try check("version") { $0.engine?.version = "9.9.9" }.verdict == .warning)
    #expect(try check("plugins") { $0.plugins[0].state = "failed" }.verdict == .bad)
    #expect(try check("plugins") { $0.plugins[0].state = "backoff" }.verdict == .warning)
    #expect(try check("plugins") { $0.plugins = [] }.verdict == .warning)
    #expect(try check("pauses") { $0.plugins[0].isPaused = true }.verdict == .warning)
    #expect(try check("readers") { $0.plugins[0].held = 5 }.verdict == .warning)
    #expect(try check("losses") { $0.plugins[0].refused = 5 }.verdict == .warning)
    #expect(try check("losses") { $0.plugins[0].dropped = 5 }.verdict == .warning)
    #expect(try check("configuration") { $0.planFailure = "no such file" }.verdict == .bad)
    #expect(try check("configuration") { $0.plan?.faults = ["x"] }.verdict == .bad)
    #expect(try check("configuration") { $0.plan?.added = ["x"] }.verdict == .warning)
    #expect(try check("configuration") { $0.engine?.config = nil }.verdict == .skipped)
    #expect(try check("open files") { $0.openFilesMax = 256 }.verdict == .warning)
    #expect(try check("clock") { $0.now = $0.now.advanced(byNanos: 5 << 30) }.verdict == .warning)
    #expect(try check("disk") { $0.disk?.free = 1 << 20 }.verdict == .bad)
    #expect(try check("disk") { $0.disk?.free = 100 << 20 }.verdict == .warning)
  }

  @Test("a reader far behind is named")
  func lagging() throws {
    let reader = try JSONReader().read(#"{"name":"tap-1","policy":"conflate","lag":100000}"#)
    let found = try check("readers") { $0.subscriptions = [SubscriptionRow(reader)] }
    #expect(found.verdict == .warning)
    #expect(found.detail == "tap-1 is 100,000 events behind, of 131,072")
  }

  @Test("what is wrong comes with what to do")
  func advice() throws {
    let found = try check("plugins") { findings in
      findings.plugins[0].state = "failed"
      findings.plugins[0].lastError = "boom"
    }
    #expect(
      found.lines(style: .plain, width: 7) == [
        "✗ plugins  1 failed — sim: boom",
        "           → see `enginectl logs --plugin sim`, then `enginectl start sim`",
      ])
  }

  @Test(
    "the limit of open files is read from the kernel's table",
    arguments: [
      ("Limit  Soft\nMax open files            1024    524288    files\n", 1024),
      ("Max open files            unlimited    unlimited    files", Int.max), ("nothing", nil),
    ] as [(String, Int?)])
  func limits(text: String, value: Int?) {
    #expect(ProcessLimits.openFilesMax(text) == value)
  }

  @Test("without a daemon doctor says so with 69")
  func noDaemon() async throws {
    let run = try await CommandRun.run(["doctor"], socket: "/nonexistent/engine.sock")
    #expect(run.status == .unreachable)
    #expect(run.lines[0] == "✗ socket  /nonexistent/engine.sock does not exist")
    #expect(run.errors == "")
  }

  @Test("doctor asks the daemon for all it needs, and --json has every check")
  func daemon() async throws {
    let answers: [String: CannedAnswer] = [
      "engine.info": .reply(Canned.info()), "plugins.list": .reply(Canned.plugins),
      "stats.watch": .stream([Canned.stats(cpu: 0, uptime: 1, seq: 1)], goesOn: true),
      "config.reload": .reply(#"{"applied":false,"faults":[],"plan":{}}"#),
    ]
    try await CannedDaemon.with(answers) { daemon in
      let run = try await CommandRun.run(["doctor", "--json"], socket: daemon.path)
      let report = try JSONReader().read(run.output)
      let verdicts = (report["checks"]?.array ?? []).map {
        "\($0.text("check") ?? "") \($0.text("verdict") ?? "")"
      }
      #expect(
        verdicts.prefix(8) == [
          "socket ok", "daemon ok", "version ok", "plugins warning", "pauses warning",
          "readers warning", "losses warning", "configuration ok",
        ])
      #expect(report.flag("ok"))
      #expect(run.status == .done)
    }
  }
}
