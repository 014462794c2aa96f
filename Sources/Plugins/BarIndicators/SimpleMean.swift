public import EngineCore

/// The mean of the last closes (SMA).
public struct SimpleMean: BarIndicator {
  private var window: Window<Int64>
  private var sum: Int128 = 0

  public init(length: Int) { window = Window(length) }

  public mutating func add(_ bar: Bar) -> Price? {
    sum += Int128(bar.close.raw)
    if let old = window.push(bar.close.raw) { sum -= Int128(old) }
    guard window.isFull else { return nil }
    return Price(raw: sum.dividedToNearest(by: Int128(window.length)).clamped)
  }
}
