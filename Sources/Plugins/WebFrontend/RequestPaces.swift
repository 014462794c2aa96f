internal import WebProtocol

/// How fast each address may send requests. Forgets addresses that have been quiet.
struct RequestPaces {
  private let perSecond: Int
  private var paces: [String: RequestPace] = [:]

  /// So many seconds' worth may come at once.
  private static let burstSeconds = 10

  /// `perSecond` 0: any number.
  init(perSecond: Int) { self.perSecond = perSecond }

  /// Whether one more may come now.
  mutating func take(_ address: String, now: Int64) -> Bool {
    guard perSecond > 0 else { return true }
    return paces[
      address,
      default: RequestPace(perSecond: perSecond, burst: perSecond * Self.burstSeconds)
    ].take(now: now)
  }

  /// Those who may send as many as anybody new are forgotten.
  mutating func forget(now: Int64) {
    guard !paces.isEmpty else { return }
    paces = paces.filter { !$0.value.isRested(now: now) }
  }
}
