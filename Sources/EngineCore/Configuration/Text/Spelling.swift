/// Finds the known word that a misspelt one was most likely meant to be.
public enum Spelling {
  /// The nearest candidate, or nil when none is near. Case, dashes and underscores count little, so
  /// that `callLimit` finds `call_limit`; otherwise about one slip in three characters is forgiven.
  public static func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
    let folded = fold(word)
    var best: (candidate: String, distance: Int)?
    for candidate in candidates where candidate != word {
      let other = fold(candidate)
      let distance = other == folded ? 0 : self.distance(folded, other)
      let allowed = max(1, max(folded.count, other.count) / 3)
      // A word of one or two letters is within one slip of nearly everything.
      guard distance == 0 || (distance <= allowed && min(folded.count, other.count) > 2)
      else { continue }
      if distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    return best?.candidate
  }

  private static func fold(_ word: String) -> [UInt8] {
    // The bound keeps the table small whatever a file holds.
    word.lowercased().utf8.prefix(64).filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }
  }

  /// Insertions, deletions, replacements and swaps of neighbours.
  static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var before: [Int] = []
    var previous = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      for column in 0..<right.count {
        let isSame = left[row] == right[column]
        var cost = min(
          previous[column + 1] + 1, current[column] + 1, previous[column] + (isSame ? 0 : 1))
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          cost = min(cost, before[column - 1] + 1)
        }
        current.append(cost)
      }
      before = previous
      previous = current
    }
    return previous[right.count]
  }
}
