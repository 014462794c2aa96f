import EngineCore
import Glibc
import Plugins
import Synchronization

/// An engine of the real plugins, with threads and the system's clock.
struct World {
  let engine: Engine

  init(_ arguments: Arguments, rules: String) throws {
    let speed =
      arguments.workload == "latency" ? "\"rate\":\(arguments.rate)" : "\"interval\":\"max\""
    let symbols = (0..<arguments.instruments).map { "\"\(MadeRules.symbol($0))\"" }
      .joined(separator: ",")
    var plugins: [String] = []
    if let folder = arguments.journal {
      plugins.append(#"{"name":"journal","type":"journal","config":{"folder":"\#(folder)"}}"#)
    }
    plugins += [
      #"{"name":"sim","type":"generator","config":{"instruments":[\#(symbols)],"#
        + #""initial_min":100,"initial_max":100,"change_range":0.01,"sizes":false,"#
        + #""seed":\#(arguments.seed),\#(speed)}}"#,
      #"{"name":"alerts","type":"alerts","config":{"store":"\#(arguments.store)","#
        + #""flapping":{"firings":0},"files":["\#(rules)"],"poll":"1h","#
        + #""checkpoint":"\#(arguments.workload == "allocs" ? "1h" : "5s")"}}"#,
      #"{"name":"clock","type":"alert-clock"}"#,
    ]
    let text =
      #"{"engine":{"spin":"20us"\#(arguments.lanes.map { #","lanes":\#($0)"# } ?? "")},"#
      + #""plugins":[\#(plugins.joined(separator: ","))]}"#
    let types: [any Plugin.Type] = allPlugins + [AlertClock.self]
    let configuration = try ConfigurationLoader(
      catalog: PluginDescription.of(types)
    ).load(Array(text.utf8), file: "made")
    engine = try Engine(
      configuration: configuration, types: types, clock: SystemClock(),
      logs: LogCenter(level: .warning, clock: SystemClock()), seed: UInt64(arguments.seed))
    engine.start()
  }

  /// Waits until a plugin runs.
  func wait(for plugin: String) {
    for _ in 0..<6000 {
      engine.host.tick()
      let status = engine.host.status(plugin)
      if status?.state == .running { return }
      if status?.state == .failed || status?.state == .backoff {
        fail("\(plugin): \(status?.lastError ?? "failed")")
      }
      pause(micros: 10_000)
    }
    fail("\(plugin) does not start")
  }

  /// The answer to a command.
  func ask(_ command: String, of plugin: String) throws -> JSONValue {
    let box = Answer()
    engine.host.send(PluginCommand(name: command, arguments: .object([])), to: plugin) { reply in
      box.value.withLock { $0 = reply }
    }
    for _ in 0..<120_000 {
      if let reply = box.value.withLock({ $0 }) { return try reply.get() }
      pause(micros: 1000)
    }
    fail("\(plugin) does not answer")
  }

  private final class Answer: Sendable {
    let value = Mutex<Result<JSONValue, PluginError>?>(nil)
  }

  func stop() {
    engine.stop()
    pause(micros: 200_000)
  }
}

func pause(micros: Int) {
  var time = timespec(tv_sec: micros / 1_000_000, tv_nsec: micros % 1_000_000 * 1000)
  nanosleep(&time, nil)
}
