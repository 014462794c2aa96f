internal import EngineCore

/// One instrument: what its rules read, and which states to look at when something changes.
struct AlertDesk: Sendable {
  /// A term that rules of this instrument read, computed once for all of them.
  struct Slot: Sendable {
    var term: AlertTerm
    var value = AlertValue.unknown
    /// Of a window or a track; −1 for others.
    var place: Int
    /// Of an indicator that keeps a past of its own; −1 for others.
    var recursion = -1
    /// States that read it; the last one frees the slot.
    var users = 0
    var isFree = false
  }

  var isOpen = false
  var key = ""
  var pricePrecision = 0
  var hours = MarketHours(nil)
  /// Days that VWAPs begin with.
  var days: BarGrid?
  /// Of the last trade.
  var size = AlertValue.unknown
  /// No event for longer than some rule allows.
  var isMute = false

  var slots: [Slot] = []
  private var freeSlots: [Int] = []
  var windows: [PriceWindow] = []
  var windowSlots: [[Int]] = []
  var tracks: [BarTrack] = []
  var trackSlots: [[Int]] = []
  var recursions: [RecursiveMean] = []
  private var freeRecursions: [Int] = []

  /// States in order of price that were true for one event.
  var againOnTrade: [Int32] = []
  var againOnQuote: [Int32] = []
  /// States to look at on every trade, every quote, when it falls silent or speaks again, and on
  /// every bar of a track; each in the order of rules.
  var onTrade: [Int32] = []
  var onQuote: [Int32] = []
  var onSilence: [Int32] = []
  var onBar: [[Int32]] = []
  /// What `stale` waits for: shortest first, each once.
  var patience: [Int64] = []

  var hasTradeWindow: Bool { hasWindow(ofTrades: true) }
  var hasQuoteWindow: Bool { hasWindow(ofTrades: false) }

  private func hasWindow(ofTrades: Bool) -> Bool {
    windows.indices.contains {
      !windowSlots[$0].isEmpty && windows[$0].series.isOfTrades == ofTrades
    }
  }

  /// The slot of a term, made now if it is new; nil when there are too many, or no such bars.
  mutating func slot(
    for term: AlertTerm, limit: Int, specID: (BarSpec) -> SpecID?
  ) -> Int? {
    if let index = slots.firstIndex(where: { !$0.isFree && $0.term == term }) { return index }
    guard slots.count - freeSlots.count < limit else { return nil }
    var slot = Slot(term: term, place: -1)
    if let window = term.window {
      slot.place = windowPlace(window.nanos, window.series)
      slot.value = windows[slot.place].value(of: term)
    } else if let spec = term.spec {
      guard let id = specID(spec) else { return nil }
      slot.place = trackPlace(id)
      tracks[slot.place].reserve(term.barsNeeded)
      slot.recursion = addRecursion(term)
      if slot.recursion < 0 { slot.value = tracks[slot.place].value(of: term) }
    }
    let index = freeSlots.popLast() ?? slots.count
    if index == slots.count { slots.append(slot) } else { slots[index] = slot }
    if term.window != nil {
      windowSlots[slot.place].append(index)
    } else if slot.place >= 0 {
      trackSlots[slot.place].append(index)
    }
    return index
  }

  /// One state reads a slot no more.
  mutating func release(_ index: Int) {
    slots[index].users -= 1
    if slots[index].users <= 0 { free(index) }
  }

  /// Forgets what nobody reads.
  mutating func freeUnused() {
    for index in slots.indices where !slots[index].isFree && slots[index].users == 0 {
      free(index)
    }
  }

  private mutating func free(_ index: Int) {
    let old = slots[index]
    slots[index].isFree = true
    freeSlots.append(index)
    if old.term.window != nil {
      windowSlots[old.place].removeAll { $0 == index }
    } else if old.place >= 0 {
      trackSlots[old.place].removeAll { $0 == index }
      let needed = trackSlots[old.place].map { slots[$0].term.barsNeeded }.max()
      tracks[old.place].keep(needed)
      if old.recursion >= 0 { freeRecursions.append(old.recursion) }
    }
  }

  private mutating func addRecursion(_ term: AlertTerm) -> Int {
    guard let recursion = RecursiveMean(term) else { return -1 }
    if let free = freeRecursions.popLast() {
      recursions[free] = recursion
      return free
    }
    recursions.append(recursion)
    return recursions.count - 1
  }

  private mutating func windowPlace(_ nanos: Int64, _ series: AlertSeries) -> Int {
    let place = windows.indices.first { place in
      windows[place].nanos == nanos && windows[place].series == series
        && !windowSlots[place].isEmpty
    }
    if let place { return place }
    let window = PriceWindow(series: series, nanos: nanos)
    if let place = windowSlots.firstIndex(where: \.isEmpty) {
      windows[place] = window
      return place
    }
    windows.append(window)
    windowSlots.append([])
    return windows.count - 1
  }

  private mutating func trackPlace(_ spec: SpecID) -> Int {
    if let place = tracks.firstIndex(where: { $0.spec == spec }) { return place }
    tracks.append(BarTrack(spec: spec))
    trackSlots.append([])
    onBar.append([])
    return tracks.count - 1
  }

  /// A price for the windows of a series.
  mutating func follow(_ series: AlertSeries, _ price: Int64, at time: Int64) {
    for place in windows.indices
    where windows[place].series == series && !windowSlots[place].isEmpty {
      windows[place].add(price, at: time)
      for slot in windowSlots[place] {
        slots[slot].value = windows[place].value(of: slots[slot].term)
      }
    }
  }

  /// A closed or amended bar. Gives the track, or nil when nobody reads it or nothing changed.
  mutating func follow(_ bar: Bar) -> Int? {
    guard let place = tracks.firstIndex(where: { $0.spec == bar.spec }),
      !trackSlots[place].isEmpty
    else { return nil }
    let placement = tracks[place].add(bar)
    if placement == .none { return nil }
    let day = days?.interval(at: bar.start).map { Int64($0.tradeDay) } ?? 0
    for slot in trackSlots[place] {
      let recursion = slots[slot].recursion
      guard recursion >= 0 else {
        slots[slot].value = tracks[place].value(of: slots[slot].term)
        continue
      }
      if placement == .older { continue }
      recursions[recursion].add(bar, day: day, isAgain: placement == .again)
      slots[slot].value = recursions[recursion].value
    }
    return place
  }

  /// The shortest time after which a `stale` may become true.
  mutating func await(_ nanos: Int64) {
    guard !patience.contains(nanos) else { return }
    patience.append(nanos)
    patience.sort()
  }
}
