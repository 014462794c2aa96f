internal import EngineCore

/// The finished bars of all series and specs, each packed into 128 bytes.
///
/// A history is a list of positions in memory that all of them share, so that it is what bars there
/// are, an append writes where the one before did, and no bar is moved when a history grows or
/// forgets. Histories are addressed by cell, as open bars are.
struct BarArchive: Sendable {
  var histories: [BarHistory] = []
  private var slabs = BarSlabs()
  /// Bars that have no packed form.
  private var unpacked: [BarFold] = []
  private var freeUnpacked: [Int] = []

  // MARK: Reading

  subscript(cell: Int, place: Int) -> BarFold {
    let packed = slabs[histories[cell][place]]
    guard let index = packed.elsewhere else { return packed.fold(step: histories[cell].step) }
    return unpacked[index]
  }

  /// The newest bars of a history, in order of time.
  func bars(_ cell: Int, last: Int = .max) -> [BarFold] {
    let count = histories[cell].count
    return (count - min(max(last, 0), count)..<count).map { self[cell, $0] }
  }

  /// The first place whose bar begins at or after that time.
  func place(_ cell: Int, from start: Int64) -> Int {
    // Nearly always one of the newest, which are in the caches; the middle is not.
    var high = histories[cell].count
    if start > histories[cell].newestStart { return high }
    let near = max(high - 4, 0)
    while high > near, self.start(cell, high - 1) >= start { high -= 1 }
    if high > near { return high }
    var low = 0
    while low < high {
      let middle = (low + high) / 2
      if self.start(cell, middle) < start { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Where the bar stands that begins at that time.
  func place(_ cell: Int, of start: Int64) -> Int? {
    let place = place(cell, from: start)
    return place < histories[cell].count && self.start(cell, place) == start ? place : nil
  }

  /// Where the first bar begins.
  func firstStart(_ cell: Int) -> Int64? {
    histories[cell].count > 0 ? start(cell, 0) : nil
  }

  private func start(_ cell: Int, _ place: Int) -> Int64 {
    slabs[histories[cell][place]].start
  }

  var memoryBytes: Int {
    slabs.bytes + unpacked.capacity * MemoryLayout<BarFold>.stride
      + histories.capacity * MemoryLayout<BarHistory>.stride
      + histories.reduce(0) { $0 + $1.positions.capacity * MemoryLayout<Int32>.stride }
  }

  // MARK: Writing

  /// Whether a bar that begins then can be appended, after the oldest were forgotten when there
  /// are too many. Not when one of those still waits for its close.
  @inline(__always)
  mutating func makeRoom(_ cell: Int, after start: Int64, limit: Int) -> Bool {
    guard start > histories[cell].newestStart else { return false }
    let count = histories[cell].overflow(limit: limit)
    if count == 0 { return true }
    guard histories[cell].waiting == 0 || !(0..<count).contains(where: { isOpen(cell, $0) })
    else { return false }
    removeOldest(count, of: cell)
    return true
  }

  private func isOpen(_ cell: Int, _ place: Int) -> Bool { self[cell, place].state == .open }

  /// Sees to it that the next bars have places, of as many cells as that; of very many only some.
  @inline(__always)
  mutating func prepare(for cells: Int) { slabs.prepare(for: min(cells, 4096)) }

  /// Adds a bar that begins after all others of its history.
  @inline(__always)
  mutating func append(_ bar: BarFold, to cell: Int) {
    if histories[cell].isFull { grow(cell) }
    slabs[histories[cell].extend()] = pack(bar, cell)
    histories[cell].newestStart = bar.start
    if bar.state == .open { histories[cell].waiting += 1 }
  }

  mutating func insert(_ bar: BarFold, in cell: Int, at place: Int) {
    if histories[cell].isFull { grow(cell) }
    slabs[histories[cell].insert(at: place)] = pack(bar, cell)
    histories[cell].newestStart = max(histories[cell].newestStart, bar.start)
    if bar.state == .open { histories[cell].waiting += 1 }
  }

  @inline(never)
  private mutating func grow(_ cell: Int) { histories[cell].grow(slabs.take()) }

  mutating func update(_ cell: Int, _ place: Int, _ body: (inout BarFold) -> Void) {
    let position = histories[cell][place]
    var bar = self[cell, place]
    if bar.state == .open { histories[cell].waiting -= 1 }
    body(&bar)
    if bar.state == .open { histories[cell].waiting += 1 }
    release(position, cell)
    slabs[position] = pack(bar, cell)
  }

  /// Forgets so many; their memory is taken by the next ones.
  mutating func removeOldest(_ count: Int, of cell: Int) {
    let last = slabs[histories[cell][count - 1]]
    histories[cell].forgottenEnd =
      last.elsewhere.map { unpacked[$0].end } ?? last.start &+ histories[cell].step
    removeFirst(count, of: cell)
    if histories[cell].count == 0 { histories[cell].newestStart = .min }
  }

  /// What began before that time and is not here is unknown.
  mutating func forget(_ cell: Int, before time: Int64) {
    histories[cell].forgottenEnd = max(histories[cell].forgottenEnd, time)
  }

  /// Begins a history anew, for bars of another length.
  mutating func clear(_ cell: Int, step: Int64) {
    removeFirst(histories[cell].count, of: cell)
    slabs.giveBack(histories[cell].positions)
    histories[cell] = BarHistory(step: step)
  }

  private mutating func removeFirst(_ count: Int, of cell: Int) {
    // Bars that are closed and packed are not looked at.
    if histories[cell].unpacked > 0 || histories[cell].waiting > 0 {
      for place in 0..<count {
        if self[cell, place].state == .open { histories[cell].waiting -= 1 }
        release(histories[cell][place], cell)
      }
    }
    histories[cell].removeFirst(count)
  }

  // MARK: Bars that do not fit

  @inline(__always)
  private mutating func pack(_ bar: BarFold, _ cell: Int) -> PackedBar {
    PackedBar(bar, step: histories[cell].step) ?? keep(bar, cell)
  }

  @inline(never)
  private mutating func keep(_ bar: BarFold, _ cell: Int) -> PackedBar {
    let index = freeUnpacked.popLast() ?? unpacked.count
    if index == unpacked.count { unpacked.append(bar) } else { unpacked[index] = bar }
    histories[cell].unpacked += 1
    return PackedBar(start: bar.start, elsewhere: index)
  }

  /// What stands there is about to be replaced or forgotten.
  private mutating func release(_ position: Int32, _ cell: Int) {
    guard let index = slabs[position].elsewhere else { return }
    freeUnpacked.append(index)
    histories[cell].unpacked -= 1
  }
}
