public import EngineCore

/// Notional divided by volume (VWAP), exact before the one division: since the beginning of the
/// trading day, or over the last bars. Not known while the sums do not fit 128 bits.
public struct VolumeWeightedPrice: BarIndicator {
  private struct Part: BitwiseCopyable, Sendable {
    var volume: Int128
    var notional: Int128
  }

  private var window: Window<Part>?
  private var volume = WideSum()
  private var notional = WideSum()
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
        volume = WideSum()
        notional = WideSum()
      }
    }
    volume.add(bar.volume)
    notional.add(bar.notional)
    if let old = window?.push(Part(volume: bar.volume, notional: bar.notional)) {
      volume.subtract(old.volume)
      notional.subtract(old.notional)
    }
    guard window?.isFull ?? true, let volume = volume.value, let notional = notional.value,
      volume > 0
    else { return nil }
    return Price(raw: notional.dividedToNearest(by: volume).clamped)
  }
}
