/// Tells every open bar again now and then, so that a start that reads the end of the log finds
/// each of them there: also those of instruments that have been quiet for long.
///
/// It is looked at after so many events, however they are delivered: what is told depends on the
/// log alone.
struct Retelling {
  private static let stride = 256

  /// Within so many events each instrument has its turn.
  let interval: Int
  /// How many events come before the next look.
  private(set) var untilNext = Self.stride
  private var owed = 0
  private var next = 0

  /// - Parameter reach: how many events are read at a start.
  init(reach: Int) { interval = max(reach / 2, 1) }

  /// The places of the instruments whose turn it is after so many events more, `untilNext` at most.
  mutating func due(after events: Int, of instruments: Int) -> [Int] {
    untilNext -= events
    guard untilNext <= 0 else { return [] }
    untilNext = Self.stride
    guard instruments > 0 else { return [] }
    owed += Self.stride * instruments
    let count = min(owed / interval, instruments)
    owed %= interval
    guard count > 0 else { return [] }
    let places = (0..<count).map { (next + $0) % instruments }
    next = (next + count) % instruments
    return places
  }
}
