import Support
import Testing

@testable import EngineCore

@Suite("Start order")
struct StartOrderTests {
  struct NoSettings: PluginSettings {
    static let keys: [ConfigurationKey] = []
    init(from object: inout ConfigurationObject) {}
    init() {}
  }

  /// A plugin type for every shape of a manifest.
  protocol Shape {
    static var consumes: Set<EventKind> { get }
    static var welcomes: Set<EventKind> { get }
    static var produces: Set<EventKind> { get }
    static var isSource: Bool { get }
  }
  final class Shaped<S: Shape>: Plugin {
    static var manifest: PluginManifest {
      PluginManifest(
        kind: "shaped", summary: "", consumes: S.consumes, welcomes: S.welcomes,
        produces: S.produces, isSource: S.isSource)
    }
    init(settings: NoSettings, context: PluginContext) throws {}
  }
  enum Feed: Shape {
    static let consumes: Set<EventKind> = []
    static let produces: Set<EventKind> = [.trade]
    static let isSource = true
  }
  enum Bars: Shape {
    static let consumes: Set<EventKind> = [.trade]
    static let produces: Set<EventKind> = [.bar]
    static let isSource = false
  }
  enum Alerts: Shape {
    static let consumes: Set<EventKind> = [.trade]
    static let welcomes: Set<EventKind> = [.bar]
    static let produces: Set<EventKind> = [.alert]
    static let isSource = false
  }
  enum Web: Shape {
    static let consumes: Set<EventKind> = [.trade, .bar, .alert]
    static let produces: Set<EventKind> = []
    static let isSource = false
  }
  /// Closes a circle with bars.
  enum Echo: Shape {
    static let consumes: Set<EventKind> = [.bar]
    static let produces: Set<EventKind> = [.trade]
    static let isSource = true
  }

  static func blueprint<S: Shape>(_ name: String, _ shape: S.Type) -> PluginBlueprint {
    PluginBlueprint(Shaped<S>.self, name: name, settings: NoSettings())
  }

  @Test(
    "who reads starts before those whose events it reads, whatever the order of the file",
    arguments: 0..<50 as Range<UInt64>)
  func chain(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let all = [
      Self.blueprint("a-feed", Feed.self), Self.blueprint("b-feed", Feed.self),
      Self.blueprint("c-bars", Bars.self), Self.blueprint("d-alerts", Alerts.self),
      Self.blueprint("e-web", Web.self),
    ].shuffled(using: &random)
    #expect(StartOrder.of(all) == ["e-web", "d-alerts", "c-bars", "a-feed", "b-feed"])
  }

  @Test("in a circle the one that is no source begins, and nobody is forgotten")
  func circle() {
    let all = [
      Self.blueprint("a-echo", Echo.self), Self.blueprint("b-bars", Bars.self),
      Self.blueprint("c-feed", Feed.self), Self.blueprint("d-web", Web.self),
    ]
    #expect(StartOrder.of(all) == ["d-web", "b-bars", "a-echo", "c-feed"])
    #expect(StartOrder.of([PluginBlueprint]()).isEmpty)
  }
}

extension StartOrderTests.Shape {
  static var welcomes: Set<EventKind> { [] }
}
