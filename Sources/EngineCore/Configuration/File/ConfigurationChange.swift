/// One value that differs between two configurations.
public struct ConfigurationChange: Sendable, Hashable {
  /// The path: from the top for engine keys, from its entry for those of a plugin.
  public let path: String
  /// The old value as JSON, or nil when there was none; secrets masked or by reference.
  public let from: String?
  /// The new value as JSON, or nil when there is none; secrets masked or by reference.
  public let to: String?

  /// `listen "a:1" → "b:1"`; a secret that changed shows the same text on both sides.
  var text: String {
    if let from, from == to { return "\(path) (secret)" }
    return "\(path) \(from ?? "nothing") → \(to ?? "nothing")"
  }

  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("path", path)
      for (name, text) in [("from", from), ("to", to)] {
        guard let text, let value = try? JSONReader(depthMaximum: 128).read(text) else { continue }
        writer.member(name, value)
      }
    }
  }

  /// What differs between two values; objects are compared member by member, lists as a whole.
  static func between(
    _ old: ConfigurationValue?, _ new: ConfigurationValue?, path: String
  ) -> [ConfigurationChange] {
    if old == new { return [] }
    if let old = old?.object, let new = new?.object { return between(old, new, path: path) }
    return [
      ConfigurationChange(
        path: path, from: old.map { $0.canonical.text() }, to: new.map { $0.canonical.text() })
    ]
  }

  /// What differs between two objects.
  static func between(
    _ old: ConfigurationObject, _ new: ConfigurationObject, path: String
  ) -> [ConfigurationChange] {
    let names = old.keys + new.keys.filter { !old.contains($0) }
    return names.flatMap { name in
      between(old[name], new[name], path: ConfigurationPath.member(path, name))
    }
  }
}
