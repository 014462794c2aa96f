/// Finds the known word that a misspelt one was most likely meant to be.
public enum Spelling {
  /// The nearest candidate, or nil when none is near. Case, dashes and underscores count little, so
  /// that `callLimit` finds `call_limit`; otherwise about one slip in three characters is forgiven.
  public static func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
    let folded = fold(word)
    let letters = Letters(of: word)
    var best: (candidate: String, distance: Int)?
    for candidate in candidates where candidate != word {
      // Of thousands of candidates nearly all are told apart by their letters alone.
      if let letters, let others = Letters(of: candidate), letters.differ(from: others) { continue }
      let other = fold(candidate)
      let distance = other == folded ? 0 : self.distance(folded, other)
      // A word of one or two letters is within one slip of nearly everything.
      guard
        distance == 0
          || (distance <= allowed(folded.count, other.count) && min(folded.count, other.count) > 2)
      else { continue }
      if distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    return best?.candidate
  }

  /// How many slips are forgiven between words of these lengths.
  private static func allowed(_ left: Int, _ right: Int) -> Int { max(1, max(left, right) / 3) }

  /// Which letters a word has when it is folded, and how many: what is known of it without a copy.
  private struct Letters {
    private var set: UInt64 = 0
    private var count = 0

    /// Nil when the word has others than those of ASCII.
    init?(of word: String) {
      for byte in word.utf8.prefix(bytesMax) {
        guard byte < 0x80 else { return nil }
        guard byte != UInt8(ascii: "_"), byte != UInt8(ascii: "-") else { continue }
        // Capitals fall on small letters.
        set |= 1 << UInt64(byte >= 0x40 ? byte & 31 | 32 : byte & 31)
        count += 1
      }
    }

    /// Whether they are more slips apart than are forgiven: a slip changes one letter at most.
    func differ(from other: Letters) -> Bool {
      let missing = (set & ~other.set).nonzeroBitCount
      let added = (other.set & ~set).nonzeroBitCount
      return max(missing, added, abs(count - other.count)) > allowed(count, other.count)
    }
  }

  /// The bound keeps the table small whatever a file holds.
  private static let bytesMax = 64

  private static func fold(_ word: String) -> [UInt8] {
    word.lowercased().utf8.prefix(bytesMax).filter {
      $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-")
    }
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
