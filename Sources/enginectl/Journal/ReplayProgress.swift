import BinaryProtocol

/// What became of a replay.
struct ReplayProgress: Equatable, Sendable {
  var published: UInt64 = 0
  var accepted: UInt64 = 0
  var rejected: UInt64 = 0
  /// Events that the journal has no more.
  var missing: UInt64 = 0

  var line: String {
    var text = "\(Figures.grouped(accepted)) events taken"
    if rejected > 0 { text += ", \(Figures.grouped(rejected)) rejected" }
    if missing > 0 { text += "; the journal lacks \(Figures.grouped(missing))" }
    return text
  }
}
