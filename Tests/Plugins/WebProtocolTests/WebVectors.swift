import Foundation
import Testing

@testable import EngineCore

/// docs/websocket-vectors.json, made by an encoder that is not this one
/// (Tests/Vectors/websocket.py).
enum WebVectors {
  /// Read once: tests of many seeds ask for it.
  private static let shared = Result { try read() }

  static func file() throws -> JSONValue { try shared.get() }

  private static func read() throws -> JSONValue {
    let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "docs/websocket-vectors.json")
    return try JSONReader().read(Array(try Data(contentsOf: url)))
  }

  static func list(_ name: String) throws -> [JSONValue] {
    let list = try #require(try file()[name]?.array)
    try #require(!list.isEmpty)
    return list
  }

  /// A catalog with the names of the vectors.
  static func catalog() throws -> Catalog {
    let catalog = Catalog()
    for instrument in try list("instruments") {
      let key = try #require(instrument["key"]?.string)
      let parts = key.split(separator: "@")
      catalog.define(
        Instrument(
          symbol: String(parts[0]), venue: parts.count > 1 ? String(parts[1]) : nil,
          pricePrecision: Int(try #require(instrument["price_precision"]?.int64)),
          sizePrecision: Int(try #require(instrument["size_precision"]?.int64))))
    }
    return catalog
  }

  /// The event that the raw numbers of a vector describe, with its names defined.
  static func event(_ raw: JSONValue, in catalog: Catalog) throws -> Event {
    let fields = VectorFields(raw: raw, catalog: catalog)
    var event = try fields.event()
    event.sequence = fields.unsigned("sequence")
    event.flags = EventFlags(rawValue: UInt8(fields.unsigned("flags")))
    return event
  }

  static func bytes(hex: String) throws -> [UInt8] {
    let digits = Array(hex.utf8)
    try #require(digits.count % 2 == 0)
    return try stride(from: 0, to: digits.count, by: 2).map {
      try #require(UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16))
    }
  }
}
