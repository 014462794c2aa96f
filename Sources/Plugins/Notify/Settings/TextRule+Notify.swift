internal import EngineCore
internal import Notifications

extension TextRule {
  static let channel = TextRule(
    "a name of letters, digits, \"-\", \"_\" and \".\"", pattern: "^[A-Za-z0-9_.-]{1,64}$"
  ) { text in
    (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(isNameByte)
  }

  static let webURL = TextRule(
    "an address such as \"https://host/path\", without user and password",
    pattern: "^https?://[^@#\\s]+$"
  ) { WebURL($0) != nil }

  static let rate = TextRule(
    "a rate such as \"30 per 1m\"", pattern: "^[1-9][0-9]* per .+$"
  ) { SendingRate(parsing: $0) != nil }

  static let timeOfDay = TextRule(
    "a time of day such as \"22:00\"", pattern: "^[0-2][0-9]:[0-5][0-9]$"
  ) { QuietHours.seconds(parsing: $0) != nil }

  /// Where programs are: a name alone would depend on the search path of who started the engine.
  static let program = TextRule("a path that begins with \"/\"", pattern: "^/.+") {
    $0.hasPrefix("/") && !$0.unicodeScalars.contains("\0")
  }

  static let headerValue = TextRule("text without line breaks") { text in
    text.utf8.allSatisfy { ($0 >= 32 && $0 < 127) || $0 == 9 }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }
}
