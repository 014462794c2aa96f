/// One entry of `instruments`, in the file or in a file that it names.
public struct InstrumentConfiguration: ConfigurationRecord {
  private static let word = TextRule("a word without blanks", pattern: "^[!-~]+$") { text in
    !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
  }
  private static let symbol = TextRule(
    "a symbol without blanks, \"@\" and quotes", pattern: "^[^\\s@\"]{1,64}$"
  ) { text in
    (1...64).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy {
        $0.value > 0x20 && $0.value != 0x7F && $0 != "@" && $0 != "\""
      }
  }

  /// The table of keys; the columns of a CSV file have the same names.
  public static let keys: [ConfigurationKey] = [
    .required("symbol", .text(symbol), "The symbol, such as `EURUSD` or `BRK.B`."),
    .optional("venue", .text(symbol), "The venue; the instrument is then `SYMBOL@VENUE`."),
    .optional("name", .string, "A name for people."),
    .key("price_precision", .integer(0...9), default: 2, "Decimals that prices are shown with."),
    .key("size_precision", .integer(0...9), default: 0, "Decimals that sizes are shown with."),
    .optional("increment", .decimal, "The smallest step of a price."),
    .optional("currency", .text(word), "The currency of prices, such as `USD`."),
    .optional("calendar", .text(word), "The trading calendar, such as `fx17`."),
  ]

  /// The symbol.
  public let symbol: String
  /// The venue, or nil.
  public let venue: String?
  /// A name for people, or nil.
  public let name: String?
  /// Decimals that prices are shown with, 0…9.
  public let pricePrecision: Int
  /// Decimals that sizes are shown with, 0…9.
  public let sizePrecision: Int
  /// The smallest step of a price as exact decimal text above zero, or nil.
  public let increment: String?
  /// The currency of prices, or nil.
  public let currency: String?
  /// The trading calendar, or nil.
  public let calendar: String?

  /// Takes the values of a validated object.
  public init(from object: inout ConfigurationObject) {
    symbol = object.string("symbol")
    venue = object.optionalString("venue")
    name = object.optionalString("name")
    pricePrecision = Int(object.integer("price_precision"))
    sizePrecision = Int(object.integer("size_precision"))
    increment = object.optionalDecimalText("increment")
    currency = object.optionalString("currency")
    calendar = object.optionalString("calendar")
    guard let increment else { return }
    let decimals = increment.utf8.drop { $0 != UInt8(ascii: ".") }.dropFirst().count
    if increment == "0" || increment.utf8.first == UInt8(ascii: "-") {
      object.fault(at: "increment", expected: "a decimal above zero")
    } else if decimals > 9 {
      object.fault(at: "increment", expected: "at most 9 decimals")
    }
  }

  /// `SYMBOL` or `SYMBOL@VENUE`.
  public var key: String { venue.map { "\(symbol)@\($0)" } ?? symbol }
}
