internal import EngineCore

/// A message with places for what was seen: `EURUSD broke {threshold}: {value}`. `{{` and `}}` are
/// braces.
public struct AlertTemplate: Sendable, Hashable {
  /// What can stand in braces.
  public enum Place: String, Sendable, Hashable, CaseIterable {
    case rule, symbol, value, threshold, time, state, severity, generation, suppressed
    case condition
  }

  enum Part: Sendable, Hashable {
    case text(String)
    case place(Place)
  }

  let parts: [Part]

  /// What is told when a rule has no message.
  public static let usual = AlertTemplate(parts: [
    .place(.rule), .text(" "), .place(.state), .text(": "), .place(.symbol), .text(" "),
    .place(.value), .text(" ("), .place(.condition), .text(")"),
  ])

  private init(parts: [Part]) { self.parts = parts }

  public init(parsing text: String) throws(AlertFault) {
    let scalars = Array(text.unicodeScalars)
    var parts: [Part] = []
    var plain = String.UnicodeScalarView()
    var index = 0
    func fault(_ column: Int, _ expected: String, _ found: String, _ near: String? = nil)
      -> AlertFault
    {
      AlertFault(
        key: "message", column: column, expected: expected, found: found, suggestion: near)
    }
    while index < scalars.count {
      let scalar = scalars[index]
      guard scalar == "{" || scalar == "}" else {
        plain.append(scalar)
        index += 1
        continue
      }
      if index + 1 < scalars.count, scalars[index + 1] == scalar {
        plain.append(scalar)
        index += 2
        continue
      }
      guard scalar == "{" else { throw fault(index + 1, "\"}}\" for a brace", "\"}\"") }
      guard let end = scalars[index...].firstIndex(of: "}") else {
        throw fault(index + 1, "a closing \"}\"", "the end")
      }
      var name = String.UnicodeScalarView()
      name.append(contentsOf: scalars[(index + 1)..<end])
      guard let place = Place(rawValue: String(name)) else {
        let all = Place.allCases.map(\.rawValue)
        let near = Spelling.nearest(to: String(name), in: all).map { "{\($0)}" }
        let list = all.map { "{\($0)}" }.joined(separator: ", ")
        throw fault(index + 1, "one of \(list)", "\"{\(String(name))}\"", near)
      }
      if !plain.isEmpty { parts.append(.text(String(plain))) }
      plain = String.UnicodeScalarView()
      parts.append(.place(place))
      index = end + 1
    }
    if !plain.isEmpty { parts.append(.text(String(plain))) }
    self.parts = parts
  }

  /// The message, with what `value` gives for each place.
  ///
  /// - Parameter most: characters; what is longer is cut, and ends with `…`.
  public func text(most: Int = .max, _ value: (Place) -> String) -> String {
    let text = parts.map { part in
      switch part {
      case .text(let text): text
      case .place(let place): value(place)
      }
    }.joined()
    guard text.utf8.count > most, text.unicodeScalars.count > most else { return text }
    return String(text.unicodeScalars.prefix(max(most - 1, 0))) + "…"
  }
}
