public import EngineCore
internal import Synchronization

/// Finds the diaries of the test plugins of an engine; engines are told apart by their catalogs.
public final class Diaries: Sendable {
  private static let all = Mutex<[ObjectIdentifier: Diaries]>([:])
  private let diaries = Mutex<[String: PluginDiary]>([:])

  public static func of(_ catalog: Catalog) -> Diaries {
    all.withLock { all in
      let id = ObjectIdentifier(catalog)
      if let diaries = all[id] { return diaries }
      let diaries = Diaries()
      all[id] = diaries
      return diaries
    }
  }

  static func forget(_ catalog: Catalog) {
    all.withLock { $0[ObjectIdentifier(catalog)] = nil }
  }

  /// The diary of the plugin of that name.
  public subscript(name: String) -> PluginDiary {
    diaries.withLock { diaries in
      if let diary = diaries[name] { return diary }
      let diary = PluginDiary()
      diaries[name] = diary
      return diary
    }
  }

  /// Lets every hanging call go.
  func openGates() {
    for diary in diaries.withLock({ Array($0.values) }) { diary.gate.open() }
  }
}
