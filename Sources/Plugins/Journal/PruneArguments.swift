internal import EngineCore
internal import JournalFiles

/// What `prune` is told to remove.
enum PruneArguments {
  static func retention(_ arguments: JSONValue) throws(PluginError) -> JournalRetention {
    var limit = JournalRetention.Limit()
    if let text = arguments["max_age"]?.string {
      guard let nanos = try? DurationText.parse(text) else {
        throw PluginError("max_age is a duration such as 30d, not \"\(text)\"")
      }
      limit.ageNanos = nanos
    }
    if let text = arguments["max_size"]?.string {
      guard let bytes = try? SizeText.parse(text) else {
        throw PluginError("max_size is a size such as 1GiB, not \"\(text)\"")
      }
      limit.bytes = Int(bytes)
    }
    guard limit != JournalRetention.Limit() else {
      throw PluginError(
        "say what to remove", hint: "{\"max_age\": \"30d\"} or {\"max_size\": \"1GiB\"}")
    }
    return JournalRetention(all: limit)
  }
}
