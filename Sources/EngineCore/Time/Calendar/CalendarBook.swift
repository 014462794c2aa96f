/// Finds calendars by the names that bar specs use.
///
/// `utc`, `uniform`, `fx17` (days from 17:00 in New York), `XNYS` and `XNAS`, an anchor such as
/// `utc+22:00` or `Asia/Tehran+17:00`, a zone alone (days from 00:00 there), and those that the
/// configuration defines.
public struct CalendarBook: Sendable {
  public typealias ZoneLoader = @Sendable (String) throws(ZoneError) -> ZoneRules

  private let custom: [String: TradingCalendar]
  private let loadZone: ZoneLoader

  /// - Parameters:
  ///   - custom: calendars of the configuration; they go before built-in ones.
  ///   - loadZone: gives the rules of an IANA zone.
  public init(
    custom: [TradingCalendar] = [], loadZone: @escaping ZoneLoader = SystemZones.load
  ) {
    self.custom = Dictionary(custom.map { ($0.name, $0) }) { first, _ in first }
    self.loadZone = loadZone
  }

  /// Names that need no zone in them.
  public static let builtIn = ["utc", "uniform", "fx17", "XNYS", "XNAS"]

  /// Whether a name has the form of a built-in calendar, a zone or an anchor; whether there is such
  /// a zone shows only when its rules are read.
  public static func mayBeCalendar(_ name: String) -> Bool {
    if builtIn.contains(name) { return true }
    let parts = name.split(separator: "+", omittingEmptySubsequences: false)
    let zone =
      parts.count > 1 && name.contains(":") ? parts.dropLast().joined(separator: "+") : name
    return zone == "utc" || (zone.contains("/") && SystemZones.isName(zone))
  }

  public func calendar(named name: String) throws(CalendarError) -> TradingCalendar {
    if let calendar = custom[name] { return calendar }
    switch name {
    case "utc": return .utc
    case "uniform": return TradingCalendar(name: name, zone: .utc, week: .uniform)
    case "fx17":
      return TradingCalendar(
        name: name, zone: try zone("America/New_York", name),
        week: .continuous(start: 17 * 3600, isBefore: true))
    case "XNYS", "XNAS":
      return NewYorkExchange.calendar(name: name, zone: try zone("America/New_York", name))
    default: return try anchored(name)
    }
  }

  /// `ZONE` or `ZONE+HH:MM`. A day that begins at noon or later has the date on which it ends.
  private func anchored(_ name: String) throws(CalendarError) -> TradingCalendar {
    var zoneName = name
    var start = 0
    let tail = Array(name.utf8.suffix(6))
    if tail.count == 6, tail[0] == UInt8(ascii: "+"), tail[3] == UInt8(ascii: ":") {
      let digits = String(decoding: [tail[1], tail[2], tail[4], tail[5]], as: UTF8.self)
      guard let value = Int(digits), digits.allSatisfy(\.isNumber), value / 100 < 24,
        value % 100 < 60
      else {
        throw CalendarError("calendar \"\(name)\": expected a time 00:00 to 23:59 after \"+\"")
      }
      start = value / 100 * 3600 + value % 100 * 60
      zoneName = String(name.dropLast(6))
    }
    let rules = zoneName == "utc" ? ZoneRules.utc : try zone(zoneName, name)
    return TradingCalendar(
      name: name, zone: rules,
      week: .continuous(start: start, isBefore: start >= 12 * 3600))
  }

  private func zone(_ name: String, _ calendar: String) throws(CalendarError) -> ZoneRules {
    do throws(ZoneError) {
      return try loadZone(name)
    } catch {
      let isZone = name == calendar || calendar.hasPrefix(name + "+")
      let known = (Self.builtIn + custom.keys.sorted()).joined(separator: ", ")
      let hint = isZone ? "; calendars are \(known), or a time zone with or without +HH:MM" : ""
      throw CalendarError("calendar \"\(calendar)\": \(error)\(hint)")
    }
  }
}
