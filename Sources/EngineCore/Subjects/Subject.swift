/// What an event is about, as people and configs write it: `trade.EURUSD`, `bar.EURUSD.1m`,
/// `status.plugin.sim`. The grammar is in docs/subjects.md.
public struct Subject: Sendable, Hashable, CustomStringConvertible {
  public var tokens: [String]

  public init(_ tokens: [String]) { self.tokens = tokens }

  /// The tokens joined by dots; those that hold dots, stars, blanks or quotes are quoted.
  public var description: String { tokens.map(Self.written).joined(separator: ".") }

  static func written(_ token: String) -> String {
    let isPlain = !token.isEmpty && token.unicodeScalars.allSatisfy { !needsQuotes($0) }
    if isPlain { return token }
    var text = "\""
    for scalar in token.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { text += "\\" }
      text.unicodeScalars.append(scalar)
    }
    return text + "\""
  }

  static func needsQuotes(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "." || scalar == "*" || scalar == ">" || scalar == "\"" || scalar == "\\"
      || scalar == "," || scalar.value <= 0x20
      || (scalar.value >= 0x80 && scalar.properties.isWhitespace)
  }
}

extension Subject {
  /// The subject of an event.
  public init(of event: Event, in catalog: Catalog) {
    let kind = event.kind
    func key() -> String { catalog.instrument(event.instrument)?.key ?? "#\(event.instrument.raw)" }
    func text(_ id: TextID) -> String { catalog.text(id) ?? "#\(id.raw)" }
    func name(_ id: UInt32, _ namespace: DefinitionNamespace) -> String {
      catalog.name(id, in: namespace) ?? "#\(id)"
    }
    switch kind {
    case .trade, .quote, .correction: tokens = [kind.name, key()]
    case .bar: tokens = [kind.name, key(), name(UInt32(event.scope), .spec)]
    case .alert: tokens = [kind.name, name(event.alert.rule.raw, .rule)]
    case .watermark:
      let watermark = event.watermark
      tokens = [
        kind.name, name(UInt32(watermark.id), watermark.scope == .spec ? .spec : .source),
      ]
    case .gap: tokens = [kind.name, text(event.gap.subscriber)]
    case .status:
      let status = event.status
      let isInstrument = status.scope == .instrument
      tokens = [kind.name, "\(status.scope)", isInstrument ? key() : text(status.subject)]
    case .definition:
      let definition = event.definition
      tokens = [kind.name, "\(definition.namespace)", text(definition.text)]
    case .time: tokens = [kind.name]
    case .command: tokens = [kind.name, text(event.command.plugin)]
    }
  }
}
