internal import Alerts
internal import Bars
internal import BinaryFrontend
public import EngineCore
internal import Generator
internal import History
internal import Journal
internal import Notify
internal import Probe
internal import Replay
internal import WebFrontend

/// Every plugin of this build: one line each.
public let allPlugins: [any Plugin.Type] = [
  Alerts.self,
  Bars.self,
  BinaryFrontend.self,
  Generator.self,
  History.self,
  Journal.self,
  Notify.self,
  Probe.self,
  Replay.self,
  WebFrontend.self,
]

extension PluginDescription {
  /// What files are checked against.
  public static func of(_ types: [any Plugin.Type]) -> [PluginDescription] {
    types.map { type in describe(type) }
  }

  private static func describe<P: Plugin>(_ type: P.Type) -> PluginDescription {
    let manifest = type.manifest
    return PluginDescription(
      kind: manifest.kind, summary: manifest.summary, settings: P.Settings.self,
      // Who takes anything misses nothing in particular.
      consumes: manifest.consumes.count == EventKind.allCases.count
        ? [] : manifest.consumes.map(\.name).sorted(),
      produces: manifest.produces.map(\.name).sorted())
  }
}
