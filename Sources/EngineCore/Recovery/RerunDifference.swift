/// Where a rerun comes to something else than what is recorded.
public struct RerunDifference: Sendable, Equatable {
  public var plugin: String
  /// Where it is recorded; where nothing is, the position after which it should be.
  public var position: UInt64
  public var subject: String
  /// The first member that differs, as JSON names it; `event` when one of both is no such event.
  public var field: String
  /// The values of that member as JSON, nil for nothing.
  public var recorded: String?
  public var computed: String?
  /// Both events as JSON.
  public var recordedEvent: JSONValue?
  public var computedEvent: JSONValue?

  /// - Parameters:
  ///   - recorded: nil when nothing is recorded in the place of what came out.
  ///   - computed: nil when nothing came out.
  init(
    plugin: String, position: UInt64, recorded: Event?, computed: Event?, catalog: Catalog
  ) {
    self.plugin = plugin
    self.position = position
    subject =
      (recorded ?? computed).map { Subject(of: $0, in: catalog).description } ?? plugin
    recordedEvent = recorded.flatMap { Self.json($0, catalog) }
    computedEvent = computed.flatMap { Self.json($0, catalog) }
    field = "event"
    let isSameSubject =
      recorded.map { Subject(of: $0, in: catalog) }
      == computed.map { Subject(of: $0, in: catalog) }
    guard isSameSubject, let recordedEvent, let computedEvent else {
      self.recorded = recordedEvent?.text()
      self.computed = computedEvent?.text()
      return
    }
    let names = (recordedEvent.object ?? []).map(\.name) + (computedEvent.object ?? []).map(\.name)
    for name in names where name != "seq" {
      guard recordedEvent[name]?.text() != computedEvent[name]?.text() else { continue }
      field = name
      self.recorded = recordedEvent[name]?.text()
      self.computed = computedEvent[name]?.text()
      return
    }
    // What people are shown is the same, and bits of it are not.
    self.recorded = recordedEvent.text()
    self.computed = computedEvent.text()
  }

  private static func json(_ event: Event, _ catalog: Catalog) -> JSONValue? {
    var writer = JSONWriter()
    EventJSON(catalog: catalog).write(event, to: &writer)
    return try? JSONReader().read(Array(writer.text.utf8))
  }
}
