internal import EngineCore

/// One spec, for all instruments or for some.
struct SpecSettings: Equatable, Sendable {
  var text: String
  var instruments: [String]?

  init(text: String) { self.text = text }

  /// Nil when the text is no spec, which has been reported then.
  var parsed: BarSpec? { try? BarSpec(parsing: text) }
}

extension SpecSettings: ConfigurationRecord {
  static let keys: [ConfigurationKey] = [
    .required("spec", .text(.barSpec), "The bar spec."),
    .optional(
      "instruments", .list(.text(.notEmpty), count: 1...100_000),
      "The instruments that have it, SYMBOL or SYMBOL@VENUE; without it all."),
  ]

  init(from object: inout ConfigurationObject) {
    text = object.string("spec")
    instruments = object.contains("instruments") ? object.strings("instruments") : nil
  }
}
