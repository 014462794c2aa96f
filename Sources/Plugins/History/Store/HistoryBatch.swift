internal import EngineCore

/// Bars on their way to the store, and how far the log is stored with them.
struct HistoryBatch: Sendable {
  /// Of what a bar is.
  struct Series: Hashable, Sendable {
    var instrument: String
    var spec: String
  }

  /// Place in the log through which all bars are stored.
  struct Place: Equatable, Sendable {
    var epoch: UInt64
    var sequence: UInt64
  }

  var bars: [Series: [HistoryBar]] = [:]
  /// All that is known of the instruments of these bars.
  var instruments: [String: Instrument] = [:]
  var place: Place
  private(set) var count = 0

  init(place: Place) { self.place = place }

  mutating func add(_ bar: HistoryBar, to series: Series, of instrument: Instrument) {
    bars[series, default: []].append(bar)
    instruments[instrument.key] = instrument
    count += 1
  }

  /// Adds a bar by the names that its ids have.
  mutating func add(_ event: Event, _ catalog: Catalog) {
    let bar = event.bar
    guard let instrument = catalog.instrument(bar.instrument),
      let spec = catalog.name(UInt32(bar.spec.raw), in: .spec)
    else { return }
    add(
      HistoryBar(bar: bar, sequence: event.sequence, epoch: place.epoch),
      to: Series(instrument: instrument.key, spec: spec), of: instrument)
  }
}
