/// One extension of a `Sec-WebSocket-Extensions` header.
public struct ExtensionItem: Equatable, Sendable {
  public struct Parameter: Equatable, Sendable {
    public var name: String
    /// Nil for a parameter without `=`; without its quotes.
    public var value: String?
  }

  /// As written: names of extensions and parameters are case-sensitive tokens.
  public var name: String
  public var parameters: [Parameter]

  /// Reads the values of all such headers; nil when they do not follow the grammar.
  public static func list(_ values: [String]) -> [ExtensionItem]? {
    var items: [ExtensionItem] = []
    for value in values {
      var scanner = HeaderScanner(value)
      while true {
        // Empty elements are allowed in lists.
        while scanner.take(",") {}
        if scanner.isAtEnd { break }
        guard let name = scanner.token() else { return nil }
        var item = ExtensionItem(name: name, parameters: [])
        while scanner.take(";") {
          guard let parameter = scanner.token() else { return nil }
          var value: String?
          if scanner.take("=") {
            // A quoted value must be a token too, once its quotes are off.
            guard let text = scanner.token() ?? scanner.quotedToken() else { return nil }
            value = text
          }
          item.parameters.append(Parameter(name: parameter, value: value))
        }
        items.append(item)
        guard scanner.isAtEnd || scanner.take(",") else { return nil }
      }
    }
    return items
  }
}
