package import EngineCore

/// Hours of each day, by the clocks of a place, in which only what is grave is told.
package struct QuietHours: Sendable, Equatable {
  /// Seconds of the day.
  package let from: Int
  package let to: Int
  package let zone: ZoneRules
  /// From this severity on it is told all the same; nil: nothing is.
  package let except: NotificationSeverity?

  package init(from: Int, to: Int, zone: ZoneRules, except: NotificationSeverity?) {
    self.from = from
    self.to = to
    self.zone = zone
    self.except = except
  }

  /// Seconds of the day of `22:30`; `24:00` is the end of it.
  package static func seconds(parsing text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }),
      parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60,
      hour < 24 || (hour == 24 && minute == 0)
    else { return nil }
    return hour * 3600 + minute * 60
  }

  /// When the quiet that holds now is over; nil when none holds, or not for this severity.
  package func end(at now: Timestamp, for severity: NotificationSeverity) -> Timestamp? {
    if let except, severity >= except { return nil }
    guard from != to else { return nil }
    let seconds = floorDivide(now.nanoseconds, 1_000_000_000)
    let local = seconds + Int64(zone.offset(at: seconds))
    let day = floorDivide(local, 86_400)
    // A quiet that began the day before may still hold.
    for first in [day - 1, day] {
      let length = Int64(to > from ? to - from : to - from + 86_400)
      let begin = first * 86_400 + Int64(from)
      guard local >= begin, local < begin + length else { continue }
      let end = zone.instant(ofLocal: begin + length)
      // A clock that is put back shows the last hour again: it is quiet then, too.
      let whole = max(end, seconds + 1)
      let (nanos, overflow) = whole.multipliedReportingOverflow(by: 1_000_000_000)
      return overflow ? .distantFuture : Timestamp(nanoseconds: nanos)
    }
    return nil
  }

  private func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: by)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
