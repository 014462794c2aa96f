/// Edges of states of one instrument and price in order, and a place among them: those before it
/// are below the price.
///
/// A price that stays between its neighbours passes nothing. One that moves passes the edges
/// between the old place and the new one, each in constant time. Edges lie in leaves of bounded
/// length, so that adding and removing one moves few others.
struct ThresholdLadder: Sendable {
  struct Entry: BitwiseCopyable, Sendable {
    var key: Int64
    var number: Int32

    static func < (left: Entry, right: Entry) -> Bool {
      left.key != right.key ? left.key < right.key : left.number < right.number
    }
  }

  private static let leafMax = 256

  /// None is empty.
  private var leaves: [[Entry]] = []
  /// The first edge that is not below the price.
  private var leaf = 0
  private var index = 0

  var isEmpty: Bool { leaves.isEmpty }

  /// A price above this passes an edge.
  var above: Int64 { leaf < leaves.count ? leaves[leaf][index].key : .max }

  /// A price below this passes an edge back.
  var below: Int64 {
    if index > 0 { return leaves[leaf][index - 1].key + 1 }
    return leaf > 0 ? leaves[leaf - 1][leaves[leaf - 1].count - 1].key + 1 : .min
  }

  /// Goes to a price, and adds the states of the edges on the way.
  mutating func move(to price: Int64, _ passed: inout [Int32]) {
    while leaf < leaves.count, leaves[leaf][index].key < price {
      passed.append(leaves[leaf][index].number)
      index += 1
      if index == leaves[leaf].count {
        leaf += 1
        index = 0
      }
    }
    while below > price {
      if index == 0 {
        leaf -= 1
        index = leaves[leaf].count
      }
      index -= 1
      passed.append(leaves[leaf][index].number)
    }
  }

  /// Goes to a price without a look at what is on the way; `Int64.min`: before everything.
  mutating func seek(_ price: Int64) {
    let place = self.place(of: Entry(key: price, number: .min))
    (leaf, index) = place
    if leaf < leaves.count, index == leaves[leaf].count {
      leaf += 1
      index = 0
    }
  }

  /// The states of all edges.
  func addAll(to states: inout [Int32]) {
    for leaf in leaves { for entry in leaf { states.append(entry.number) } }
  }

  /// - Parameter price: where the place is, and stays.
  mutating func insert(_ key: Int64, _ number: Int32, at price: Int64) {
    let entry = Entry(key: key, number: number)
    if leaves.isEmpty {
      leaves.append([entry])
    } else {
      let (leaf, index) = place(of: entry)
      leaves[leaf].insert(entry, at: index)
      if leaves[leaf].count > Self.leafMax {
        let half = leaves[leaf].count / 2
        let right = Array(leaves[leaf][half...])
        leaves[leaf].removeLast(right.count)
        leaves.insert(right, at: leaf + 1)
      }
    }
    seek(price)
  }

  mutating func remove(_ key: Int64, _ number: Int32, at price: Int64) {
    guard !leaves.isEmpty else { return }
    let (leaf, index) = place(of: Entry(key: key, number: number))
    guard index < leaves[leaf].count, leaves[leaf][index].key == key,
      leaves[leaf][index].number == number
    else { return }
    leaves[leaf].remove(at: index)
    if leaves[leaf].isEmpty { leaves.remove(at: leaf) }
    seek(price)
  }

  /// Where an entry is or belongs: a leaf, and a place in it that may be its end.
  private func place(of entry: Entry) -> (leaf: Int, index: Int) {
    guard !leaves.isEmpty else { return (0, 0) }
    var low = 0
    var high = leaves.count - 1
    // The last leaf that does not begin behind the entry.
    while low < high {
      let middle = (low + high + 1) / 2
      if entry < leaves[middle][0] { high = middle - 1 } else { low = middle }
    }
    var first = 0
    var last = leaves[low].count
    while first < last {
      let middle = (first + last) / 2
      if leaves[low][middle] < entry { first = middle + 1 } else { last = middle }
    }
    return (low, first)
  }
}
