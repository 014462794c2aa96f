/// Files of format version 1, in hexadecimal.
enum Golden {
  static let sealed = ""
  static let definitions = ""
  static let empty = ""
}
