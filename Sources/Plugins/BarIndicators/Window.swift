/// The newest values of a series, a fixed number of them.
struct Window<Element: Sendable & BitwiseCopyable>: Sendable {
  private var values: [Element] = []
  private var next = 0
  let length: Int

  init(_ length: Int) {
    self.length = Swift.max(length, 1)
    values.reserveCapacity(self.length)
  }

  var isFull: Bool { values.count == length }
  var count: Int { values.count }

  /// Adds a value and returns the one that falls out.
  mutating func push(_ value: Element) -> Element? {
    guard isFull else {
      values.append(value)
      return nil
    }
    let old = values[next]
    values[next] = value
    next = next + 1 == length ? 0 : next + 1
    return old
  }

  /// All values, in no particular order.
  var all: [Element] { values }
}
