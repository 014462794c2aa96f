/// One field of a table.
struct Cell: Equatable, Sendable, ExpressibleByStringLiteral {
  var text: String
  var colour: Colour?

  init(_ text: String, _ colour: Colour? = nil) {
    self.text = PlainText.line(text)
    self.colour = colour
  }

  init(stringLiteral value: String) { self.init(value) }
}
