/// How bars of one spec are made, for whoever makes them anew from recorded ticks.
public struct BarMaking: Sendable {
  public var spec: BarSpec
  public var id: SpecID
  public var calendar: TradingCalendar
  /// Keys of the instruments that have such bars; nil: all.
  public var instruments: Set<String>?
  /// Names of the sources that they are made of; nil: all.
  public var sources: Set<String>?
  /// Intervals that end here or before are closed; nil before any is, and where time cuts nothing.
  public var completeThrough: Timestamp?

  public init(
    spec: BarSpec, id: SpecID, calendar: TradingCalendar, instruments: Set<String>?,
    sources: Set<String>?, completeThrough: Timestamp?
  ) {
    self.spec = spec
    self.id = id
    self.calendar = calendar
    self.instruments = instruments
    self.sources = sources
    self.completeThrough = completeThrough
  }
}
