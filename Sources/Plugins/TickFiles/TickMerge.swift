/// Several files as one sequence in order of time, ties in order of the files.
///
/// A file whose rows step back in time keeps its own order: each row comes as soon as it is its
/// file's next and no other file has an earlier one.
package struct TickMerge {
  /// What comes next.
  package enum Step {
    /// Rows of this file from its `index` on, as long as they come before the bound.
    case rows(file: Int, before: Bound)
    case fault(file: Int, RowFault)
    /// The file cannot be read on and counts as ended.
    case failure(file: Int, InputError)
    /// Ask again, so that a call stays short.
    case busy
    case end
  }

  /// The next row of the file that comes second.
  package struct Bound: Equatable {
    package var time: Int64
    package var file: Int

    /// Beyond every row.
    package static let none = Bound(time: .max, file: .max)

    /// Whether that is no later than a row of that time in that file.
    package func isAfter(time: Int64, file: Int) -> Bool {
      time < self.time || (time == self.time && file < self.file)
    }
  }

  package let files: [TickFile]
  /// A binary heap of the files that have a row, the earliest first.
  private var heap: [Bound] = []
  /// Files whose next row is not known: without it nothing may go out.
  private var unread: [Int]

  package init(_ files: [TickFile]) {
    self.files = files
    // What tells of instruments comes before what trades them.
    let rows = files.indices.filter { !files[$0].isReference }
    let references = files.indices.filter { files[$0].isReference }
    unread = rows.reversed() + references.reversed()
  }

  /// The file to take rows from, or why there is none.
  package mutating func next() -> Step {
    while let file = unread.last {
      do throws(InputError) {
        switch try files[file].load() {
        case .rows:
          unread.removeLast()
          push(Bound(time: files[file].rows[files[file].index].time, file: file))
        case .fault(let fault): return .fault(file: file, fault)
        case .busy: return .busy
        case .end: unread.removeLast()
        }
      } catch {
        unread.removeLast()
        return .failure(file: file, error)
      }
    }
    guard let first = heap.first else { return .end }
    return .rows(file: first.file, before: second)
  }

  /// The second entry is one of the first's children.
  private var second: Bound {
    if heap.count < 2 { return .none }
    let (left, right) = (heap[1], heap.count > 2 ? heap[2] : .none)
    return right.isAfter(time: left.time, file: left.file) ? left : right
  }

  /// To be called after rows of the file that `next` named were taken.
  package mutating func took() {
    guard let first = heap.first else { return }
    let file = files[first.file]
    if file.index < file.rows.count {
      heap[0].time = file.rows[file.index].time
    } else {
      unread.append(first.file)
      let last = heap.removeLast()
      if heap.isEmpty { return }
      heap[0] = last
    }
    sink()
  }

  private mutating func push(_ entry: Bound) {
    heap.append(entry)
    var index = heap.count - 1
    while index > 0, heap[(index - 1) / 2].isAfter(time: entry.time, file: entry.file) {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  /// Moves the first entry down to its place.
  private mutating func sink() {
    var index = 0
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2] where child < heap.count {
        let entry = heap[child]
        if heap[least].isAfter(time: entry.time, file: entry.file) { least = child }
      }
      if least == index { return }
      heap.swapAt(index, least)
      index = least
    }
  }
}
