public import EngineCore

/// Where a subscription begins.
public enum StreamStart: Equatable, Sendable {
  /// With what comes from now on.
  case live
  /// With the newest values, then what comes.
  case snapshot
  /// With that event, or the next one that it wants.
  case position(epoch: UInt64, next: UInt64)
  /// With the first event whose time is not before.
  case time(Timestamp)

  /// Reads `live`, `snapshot`, `EPOCH:SEQUENCE` or a time in ISO 8601.
  public init?(_ text: String) {
    switch text {
    case "live": self = .live
    case "snapshot": self = .snapshot
    default:
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      if parts.count == 2, parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
        let epoch = UInt64(parts[0]), let next = UInt64(parts[1])
      {
        self = .position(epoch: epoch, next: max(next, 1))
        return
      }
      // A plain number would be taken for nanoseconds, which nobody means here.
      guard text.contains("-"), let time = Timestamp(text) else { return nil }
      self = .time(time)
    }
  }
}
