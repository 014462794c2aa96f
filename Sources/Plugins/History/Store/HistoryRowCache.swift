internal import Synchronization

/// Rows of the store that were asked for last, as they are in the file, up to a number of bytes.
///
/// Invariant: a row that is here is the row of the newest commit. Who commits says what has changed
/// before the next one does (`changed`); what was read beside a commit is not taken in (`add`).
final class HistoryRowCache: Sendable {
  struct Figures: Equatable {
    var bytes = 0
    var rows = 0
    /// Questions that were answered from here, and those for which the file was read.
    var hits: UInt64 = 0
    var misses: UInt64 = 0
  }

  private struct Entry: Sendable {
    /// Empty: the file has no such row.
    var row: [UInt8]
    /// When it was asked for, in questions.
    var turn: UInt64
  }

  private struct State: Sendable {
    var entries: [Int64: Entry] = [:]
    var version: UInt64 = 0
    var turn: UInt64 = 0
    var figures = Figures()
  }

  /// Rows of one question at most: who exports everything leaves the memory to others.
  static let rowsMax: Int64 = 1024
  /// What a row takes beside its bytes.
  static let rowCost = 128

  let bytesMax: Int
  private let state = Mutex(State())

  init(bytesMax: Int) { self.bytesMax = bytesMax }

  var figures: Figures { state.withLock { $0.figures } }

  /// The file is looked at, now: with what comes of it is told what this answers.
  func reading() -> UInt64 {
    state.withLock { state in
      state.figures.misses += 1
      return state.version
    }
  }

  /// The rows of a range that are in the file, from one end until `wants` says no; nil when it came
  /// to one that is not known here.
  func rows(
    _ keys: ClosedRange<Int64>, isNewest: Bool, _ wants: ([UInt8]) -> Bool
  ) -> [[UInt8]]? {
    state.withLock { state in
      state.turn += 1
      var found: [[UInt8]] = []
      var key = isNewest ? keys.upperBound : keys.lowerBound
      let last = isNewest ? keys.lowerBound : keys.upperBound
      while let place = state.entries.index(forKey: key) {
        state.entries.values[place].turn = state.turn
        let row = state.entries.values[place].row
        if !row.isEmpty { found.append(row) }
        guard key != last, row.isEmpty || wants(row) else {
          state.figures.hits += 1
          return found
        }
        key += isNewest ? -1 : 1
      }
      return nil
    }
  }

  /// Takes in what was read since `reading`, unless there was a commit meanwhile: of these keys,
  /// all that the file has.
  func add(_ rows: [(key: Int64, row: [UInt8])], of keys: ClosedRange<Int64>, version: UInt64) {
    guard keys.upperBound - keys.lowerBound < Self.rowsMax else { return }
    state.withLock { state in
      guard state.version == version else { return }
      for key in keys where state.entries[key] == nil { set([], key, &state) }
      for (key, row) in rows { set(row, key, &state) }
      shrink(&state)
    }
  }

  private func set(_ row: [UInt8], _ key: Int64, _ state: inout State) {
    if let old = state.entries[key] {
      state.figures.bytes -= old.row.count
    } else {
      state.figures.rows += 1
      state.figures.bytes += Self.rowCost
    }
    state.figures.bytes += row.count
    state.entries[key] = Entry(row: row, turn: state.turn)
  }

  /// Lets go of what was not asked for for longest: a quarter at a time, as that takes a look at
  /// everything.
  private func shrink(_ state: inout State) {
    guard state.figures.bytes > bytesMax else { return }
    for (key, entry) in state.entries.sorted(by: { $0.value.turn < $1.value.turn }) {
      guard state.figures.bytes > bytesMax / 4 * 3 else { return }
      state.entries[key] = nil
      state.figures.rows -= 1
      state.figures.bytes -= Self.rowCost + entry.row.count
    }
  }

  /// What a commit has changed; nil for a row that is gone.
  func changed(_ rows: [Int64: [UInt8]?]) {
    state.withLock { state in
      state.version += 1
      for (key, row) in rows {
        guard let turn = state.entries[key]?.turn else { continue }
        set(row ?? [], key, &state)
        state.entries[key]?.turn = turn
      }
      shrink(&state)
    }
  }

  /// The file may have become another one.
  func clear() {
    state.withLock { state in
      state.version += 1
      state.entries = [:]
      state.figures.bytes = 0
      state.figures.rows = 0
    }
  }
}
