import Bars
import Support

@testable import EngineCore
@testable import Journal

/// An engine with a journal to which things happen by a seed: ticks, late ones too, corrections,
/// commands, restarts of the plugin, ends of the process.
final class RerunDrive {
  private let folder: Folder
  private(set) var stage: JournalStage
  private var random: SeededRandom
  private var hasSpec = false
  private let restarts: Bool

  /// Without a thread of its own, which would hold the folder after the end.
  private static let journal = #""upkeep":"1d""#

  static func bars(_ config: String = #""specs":["1s","1m","100t"],"recover":4096"#) -> String {
    #"{"name":"bars","type":"bars","config":{\#(config)}},"#
  }

  /// - Parameter restarts: whether the plugin is started anew now and then.
  init(_ folder: Folder, seed: UInt64, restarts: Bool = true) throws {
    self.folder = folder
    self.restarts = restarts
    random = SeededRandom(seed: seed)
    stage = try JournalStage(folder, Self.journal, plugins: Self.bars())
  }

  private func draw(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

  func live(steps: Int) throws {
    for _ in 0..<steps { try step() }
  }

  private func step() throws {
    switch draw(20) {
    case 0..<11: try tick(ago: 0)
    case 11, 12: try tick(ago: Int64(draw(5_000)) * 1_000_000)
    case 13: try correct()
    case 14, 15, 16: stage.advance(nanos: Int64(draw(30_000)) * 1_000_000)
    case 17:
      try stage.send(hasSpec ? "remove" : "add", #"{"spec":"5s"}"#, to: "bars")
      hasSpec.toggle()
    case 18: try stage.send("rebuild", to: "bars")
    default: if restarts, draw(3) == 0 { restartBars() } else { stage.advance(nanos: 260_000_000) }
    }
    if draw(2) == 0 { stage.advance(nanos: Int64(draw(400)) * 1_000_000) }
  }

  private func tick(ago: Int64) throws {
    try stage.send(
      "publish",
      """
      {"count":\(draw(60) + 1),"symbol":"S\(draw(4))","price":\(draw(1000)),"ago":\(ago)}
      """, to: "feed")
  }

  private func correct() throws {
    let trades = stage.recent.filter { $0.kind == .trade }
    guard !trades.isEmpty else { return }
    let event = trades[draw(trades.count)]
    let (trade, sequence) = (event.trade, event.sequence)
    let symbol = stage.engine.catalog.instrument(trade.instrument)?.symbol ?? "A"
    try stage.send(
      "publish",
      """
      {"target":\(sequence),"symbol":"\(symbol)","time":\(trade.eventTime.nanoseconds),\
      "old":\(trade.price.raw),"new":\(trade.price.raw + 7),"cancel":\(draw(2) == 0)}
      """, to: "feed")
  }

  func restartBars() {
    stage.engine.host.restart("bars")
    stage.turn()
  }

  /// The process ends, well or not, and another one goes on.
  func startAnew() throws {
    let now = stage.clock.now()
    let isWell = draw(2) == 0
    if isWell { stage.stop() }
    try leave()
    stage = try JournalStage(
      folder, Self.journal, plugins: Self.bars(),
      at: now.advanced(byNanos: Int64(draw(90)) * 1_000_000_000))
  }

  /// Lets go of the engine before the next one opens the folder.
  private func leave() throws {
    stage = try JournalStage(try Folder())
  }

  /// Everything that the journal has.
  func recorded() throws -> [Event] {
    var all: [Event] = []
    try stage.engine.logStore?.read(from: 1, through: .max, .everything) { events in
      for index in events.indices { all.append(events[index]) }
      return true
    }
    return all
  }

  /// The same as the engine's own, with another log.
  func rerun(_ request: RerunRequest, store: any LogStore) throws -> RerunReport {
    let engine = stage.engine
    let configuration = engine.configuration
    let rerun = try Rerun(
      request,
      blueprints: try configuration.plugins.map { try engine.blueprint($0, configuration.engine) },
      catalog: Catalog(copying: engine.catalog), capacity: engine.bus.capacity, store: store,
      logger: engine.logs.log("rerun"), seeds: { _ in 1 })
    return try rerun.run { _ in true }
  }
}
