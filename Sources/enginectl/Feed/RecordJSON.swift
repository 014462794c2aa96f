import BinaryProtocol
import EngineCore

/// What comes on a stream as JSON: events as everywhere, and what is on the wire only.
struct RecordJSON: Sendable {
  private let events: EventJSON

  init(names: any EventNames) { events = EventJSON(names: names) }

  func text(_ record: Record) -> String {
    var json = JSONWriter()
    switch record {
    case .event(let event): events.write(event, to: &json)
    case .definition(let definition): Self.write(definition, to: &json)
    case .position(let position): Self.write(position, to: &json)
    }
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private static func write(_ definition: DefinitionRecord, to json: inout JSONWriter) {
    json.beginObject()
    json.member("seq", definition.sequence)
    json.member("kind", "definition")
    json.member("namespace", "\(definition.namespace)")
    json.member("id", definition.id)
    json.member("name", definition.text)
    if let instrument = definition.instrument {
      json.member("price_precision", instrument.pricePrecision)
      json.member("size_precision", instrument.sizePrecision)
    }
    json.endObject()
  }

  private static func write(_ position: PositionRecord, to json: inout JSONWriter) {
    json.beginObject()
    json.member("seq", 0)
    json.member("kind", "position")
    json.member("time", position.time.description)
    // As text: it is beyond what some readers of JSON keep exactly.
    json.member("epoch", "\(position.epoch)")
    json.member("next", position.next)
    if position.isSnapshotEnd { json.member("snapshot_end", true) }
    json.endObject()
  }
}
