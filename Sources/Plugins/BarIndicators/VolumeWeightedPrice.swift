public import EngineCore

/// Notional divided by volume (VWAP), exact before the one division: since the beginning of the
/// trading day, or over the last bars.
public struct VolumeWeightedPrice: BarIndicator {
  private struct Part: BitwiseCopyable, Sendable {
    var volume: Int128
    var notional: Int128
  }

  private var window: Window<Part>?
  private var volume: Int128 = 0
  private var notional: Int128 = 0
  private let day: (@Sendable (Timestamp) -> Int)?
  private var currentDay: Int?

  /// Over the last bars.
  public init(length: Int) {
    window = Window(length)
    day = nil
  }

  /// Since the beginning of the day that a time belongs to, by number.
  public init(day: @escaping @Sendable (Timestamp) -> Int) { self.day = day }

  public mutating func add(_ bar: Bar) -> Price? {
    if let day {
      let today = day(bar.start)
      if currentDay != today {
        currentDay = today
        volume = 0
        notional = 0
      }
    }
    volume += bar.volume
    notional += bar.notional
    if let old = window?.push(Part(volume: bar.volume, notional: bar.notional)) {
      volume -= old.volume
      notional -= old.notional
    }
    guard window?.isFull ?? true, volume > 0 else { return nil }
    return Price(raw: notional.dividedToNearest(by: volume).clamped)
  }
}
