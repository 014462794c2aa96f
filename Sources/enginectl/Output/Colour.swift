/// Colours of a terminal, by their ANSI numbers.
enum Colour: String, Sendable {
  case red = "31"
  case green = "32"
  case yellow = "33"
  case cyan = "36"
  case dim = "2"
  case bold = "1"
  /// For what must not be missed in a fast stream.
  case alarm = "1;31"
}
