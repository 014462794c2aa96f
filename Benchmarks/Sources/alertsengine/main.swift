import CBench
import EngineCore
import Glibc

/// Alerts in a whole engine: generator, alerts, and maybe a journal, on lanes as in engined.
///
///   alertsengine latency      from the tick's receipt to the reader of its alert event
///   alertsengine throughput   events a second through an engine whose rules see all of them
///   alertsengine allocs       what that takes from the heap while nothing fires
let arguments = Arguments(Array(CommandLine.arguments.dropFirst()))
let path = "/tmp/alertsengine-\(getpid()).json"

/// Whether no more than a tenth of a second of events waits for being kept.
func isSettled(_ world: World) throws -> Bool {
  let status = try world.ask("status", of: "alerts")
  let behind = (status["position"]?.int64 ?? 0) - (status["kept"]?.int64 ?? 0)
  return arguments.workload != "latency" || behind < Int64(arguments.rate / 10)
}

func run() throws {
  guard ["latency", "throughput", "allocs"].contains(arguments.workload) else {
    fail("expected latency, throughput or allocs, found \"\(arguments.workload)\"")
  }
  MadeRules.write(arguments, to: path)
  defer { unlink(path) }
  let world = try World(arguments, rules: path)
  for plugin in ["alerts", "clock", "sim"] { world.wait(for: plugin) }
  // Many rules are read while the plugin runs already.
  while (try? world.ask("status", of: "alerts")) == nil { pause(micros: 10_000) }
  let clock = SystemClock()
  // The first prices fire every other rule. That is over when all of it is kept.
  pause(micros: 2_000_000)
  while try !isSettled(world) { pause(micros: 100_000) }
  _ = try world.ask("begin", of: "clock")
  let before = try world.ask("status", of: "alerts")
  let (first, began) = (world.engine.bus.lastSequence, clock.monotonicNanos())
  let allocations = bench_allocation_count()
  pause(micros: arguments.seconds * 1_000_000)
  let allocated = allocations < 0 ? -1 : bench_allocation_count() - allocations
  let events = world.engine.bus.lastSequence - first
  let seconds = Double(clock.monotonicNanos() - began) / 1e9
  let figures = try world.ask("figures", of: "clock")
  let after = try world.ask("status", of: "alerts")
  func grown(_ name: String) -> Int64 {
    (after[name]?.int64 ?? 0) - (before[name]?.int64 ?? 0)
  }
  let members: [(String, JSONValue)] = [
    ("workload", .string(arguments.workload)), ("rules", .integer(arguments.rules)),
    ("instruments", .integer(arguments.instruments)),
    ("lanes", arguments.lanes.map { .integer($0) } ?? .null),
    ("journal", .bool(arguments.journal != nil)),
    ("store", .string(arguments.store == "memory" ? "memory" : "sqlite")),
    ("events", .integer(events)), ("events_per_s", .integer(Int(Double(events) / seconds))),
    ("allocated", .integer(allocated)), ("transitions", .integer(grown("transitions"))),
    ("notifications", .integer(grown("notifications"))), ("commits", .integer(grown("commits"))),
  ]
  let timed = (figures.object ?? []).map { ($0.name, $0.value) }
  print(JSONValue.object(members + timed).text())
  world.stop()
}

do { try run() } catch { fail("\(error)") }
