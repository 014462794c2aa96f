internal import EngineCore

/// Transitions as of a moment: those of the store, and those that were on their way there. Any
/// thread may read it.
struct AlertHistory: Sendable {
  let store: (any AlertStore)?
  /// Oldest first; what was committed meanwhile is in the store, too.
  let fresh: [[KeptTransition]]

  /// Newest first.
  func records(_ query: AlertQuery) throws(PluginError) -> [AlertRecord] {
    guard let store else { return [] }
    let kept: [AlertRecord]
    do throws(AlertStoreError) {
      kept = try store.history(query)
    } catch {
      throw PluginError(error.message)
    }
    let newest = kept.first?.number ?? 0
    var found: [AlertRecord] = []
    for part in fresh.reversed() {
      for transition in part.reversed() where transition.number > newest {
        guard found.count < query.limit else { break }
        let record = transition.record
        if query.matches(record) { found.append(record) }
      }
    }
    return Array((found + kept).prefix(query.limit))
  }
}
