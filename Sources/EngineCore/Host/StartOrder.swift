/// Who starts first: readers before those whose events they read, so that nothing is missed;
/// sources last. Stopping goes the other way round.
enum StartOrder {
  static func of(_ blueprints: some Collection<PluginBlueprint>) -> [String] {
    // By name first: the order must not depend on hashing.
    var waiting = blueprints.sorted { $0.name < $1.name }
    var order: [String] = []
    while !waiting.isEmpty {
      let next = waiting.firstIndex { candidate in
        let produced = candidate.manifest.produces
        return !waiting.contains { other in
          other.name != candidate.name
            && !(other.manifest.consumes.isDisjoint(with: produced)
              && other.manifest.welcomes.isDisjoint(with: produced))
        }
      }
      // In a circle somebody has to begin: not a source.
      let index = next ?? waiting.firstIndex { !$0.manifest.isSource } ?? 0
      order.append(waiting.remove(at: index).name)
    }
    return order
  }
}
