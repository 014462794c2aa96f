/// The fields of a tick in the grouped form, by their numbers in a block.
enum TickField {
  static let count = 8
  /// How many ticks of other instruments came between this one and the one before it.
  static let place = 0
  /// Kind, flags and source.
  static let head = 1
  /// A trade's price, a quote's bid.
  static let price = 2
  /// A trade's size; a quote's ask, as the distance from the bid.
  static let second = 3
  static let eventTime = 4
  static let receiveTime = 5
  /// A trade's venue sequence, a quote's size at the bid.
  static let sixth = 6
  /// A trade's side, a quote's size at the ask.
  static let seventh = 7

  /// Fields whose numbers are divided by the largest number that divides all of a group's.
  static func isScaled(_ field: Int, isQuote: Bool) -> Bool {
    field == price || field == second || (isQuote && field >= sixth)
  }

  /// What may be chosen for a field.
  static func modes(_ field: Int, isQuote: Bool) -> [FieldMode] {
    switch field {
    case place: [.plain]
    case head: [.plain, .dictionary]
    case price: [.difference, .plain]
    case eventTime: [.difference, .clock, .runs]
    case receiveTime: [.plain, .difference, .clock, .runs, .dictionary]
    case sixth where !isQuote: [.plain, .difference, .clock, .runs]
    default: [.plain, .difference, .dictionary]
    }
  }
}

/// How a field's numbers are told.
enum FieldMode: UInt8 {
  /// As they are.
  case plain = 0
  /// Less the one before, of the same instrument.
  case difference = 1
  /// Every sixteenth of all ticks is told by itself; the others less what lies between two of
  /// these.
  case clock = 2
  /// As runs of one value over all ticks.
  case runs = 3
  /// As numbers in a list of at most 255 values.
  case dictionary = 4
}
