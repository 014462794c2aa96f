import EngineCore
import Testing

@Suite("Trading calendars")
struct TradingCalendarTests {
  /// Weekdays from 2000 to 2030 on which the exchange is closed, and those on which it closes at
  /// 13:00, as PyPI's exchange_calendars has them.
  private static let closed =
    "20000117 20000221 20000421 20000529 20000704 20000904 20001123 20001225 20010101 20010115 20010219 20010413 20010528 20010704 20010903 20010911 20010912 20010913 20010914 20011122 20011225 20020101 20020121 20020218 20020329 20020527 20020704 20020902 20021128 20021225 20030101 20030120 20030217 20030418 20030526 20030704 20030901 20031127 20031225 20040101 20040119 20040216 20040409 20040531 20040611 20040705 20040906 20041125 20041224 20050117 20050221 20050325 20050530 20050704 20050905 20051124 20051226 20060102 20060116 20060220 20060414 20060529 20060704 20060904 20061123 20061225 20070101 20070102 20070115 20070219 20070406 20070528 20070704 20070903 20071122 20071225 20080101 20080121 20080218 20080321 20080526 20080704 20080901 20081127 20081225 20090101 20090119 20090216 20090410 20090525 20090703 20090907 20091126 20091225 20100101 20100118 20100215 20100402 20100531 20100705 20100906 20101125 20101224 20110117 20110221 20110422 20110530 20110704 20110905 20111124 20111226 20120102 20120116 20120220 20120406 20120528 20120704 20120903 20121029 20121030 20121122 20121225 20130101 20130121 20130218 20130329 20130527 20130704 20130902 20131128 20131225 20140101 20140120 20140217 20140418 20140526 20140704 20140901 20141127 20141225 20150101 20150119 20150216 20150403 20150525 20150703 20150907 20151126 20151225 20160101 20160118 20160215 20160325 20160530 20160704 20160905 20161124 20161226 20170102 20170116 20170220 20170414 20170529 20170704 20170904 20171123 20171225 20180101 20180115 20180219 20180330 20180528 20180704 20180903 20181122 20181205 20181225 20190101 20190121 20190218 20190419 20190527 20190704 20190902 20191128 20191225 20200101 20200120 20200217 20200410 20200525 20200703 20200907 20201126 20201225 20210101 20210118 20210215 20210402 20210531 20210705 20210906 20211125 20211224 20220117 20220221 20220415 20220530 20220620 20220704 20220905 20221124 20221226 20230102 20230116 20230220 20230407 20230529 20230619 20230704 20230904 20231123 20231225 20240101 20240115 20240219 20240329 20240527 20240619 20240704 20240902 20241128 20241225 20250101 20250109 20250120 20250217 20250418 20250526 20250619 20250704 20250901 20251127 20251225 20260101 20260119 20260216 20260403 20260525 20260619 20260703 20260907 20261126 20261225 20270101 20270118 20270215 20270326 20270531 20270618 20270705 20270906 20271125 20271224 20280117 20280221 20280414 20280529 20280619 20280704 20280904 20281123 20281225 20290101 20290115 20290219 20290330 20290528 20290619 20290704 20290903 20291122 20291225 20300101 20300121 20300218 20300419 20300527 20300619 20300704 20300902 20301128 20301225"
  private static let early =
    "20000703 20001124 20010703 20011123 20011224 20020705 20021129 20021224 20030703 20031128 20031224 20031226 20041126 20051125 20060703 20061124 20070703 20071123 20071224 20080703 20081128 20081224 20091127 20091224 20101126 20111125 20120703 20121123 20121224 20130703 20131129 20131224 20140703 20141128 20141224 20151127 20151224 20161125 20170703 20171124 20180703 20181123 20181224 20190703 20191129 20191224 20201127 20201224 20211126 20221125 20230703 20231124 20240703 20241129 20241224 20250703 20251128 20251224 20261127 20261224 20271126 20280703 20281124 20290703 20291123 20291224 20300703 20301129 20301224"

  @Test("New York's holidays and early closes are those of an independent list")
  func newYork() throws {
    let calendar = try CalendarBook().calendar(named: "XNYS")
    var closed: [String] = []
    var early: [String] = []
    let first = CivilDate(year: 2000, month: 1, day: 1).daysSinceEpoch
    let last = CivilDate(year: 2030, month: 12, day: 31).daysSinceEpoch
    for day in first...last {
      let sessions = calendar.sessions(on: day)
      let text = CivilDate(daysSinceEpoch: day).description.filter { $0 != "-" }
      let isWorkday = (1...5).contains((day + 4) % 7)
      if sessions.isEmpty, isWorkday { closed.append(text) }
      if !isWorkday { #expect(sessions.isEmpty) }
      guard let session = sessions.first else { continue }
      let hours = Double(session.count) / 3.6e12
      if hours != 6.5 {
        #expect(hours == 3.5)
        early.append(text)
      }
    }
    #expect(closed == Self.closed.split(separator: " ").map(String.init))
    #expect(early == Self.early.split(separator: " ").map(String.init))
  }

  private func sessions(_ hours: String, on date: String) throws -> [String] {
    let calendar = TradingCalendar(
      name: "X", zone: .utc, week: .hours(try WeeklyHours(parsing: hours)))
    let parts = date.split(separator: "-").compactMap { Int($0) }
    let day = CivilDate(year: parts[0], month: parts[1], day: parts[2]).daysSinceEpoch
    return calendar.sessions(on: day).map { range in
      [range.lowerBound, range.upperBound].map {
        String("\(Timestamp(nanoseconds: $0))".dropFirst(5).dropLast(4))
      }.joined(separator: " ")
    }
  }

  @Test("hours are understood as TradingView writes them")
  func hours() throws {
    // 2024-01-15 was a Monday.
    #expect(try sessions("0930-1600", on: "2024-01-15") == ["01-15T09:30 01-15T16:00"])
    #expect(try sessions("0930-1600", on: "2024-01-14") == [])
    #expect(try sessions("24x7", on: "2024-01-14") == ["01-14T00:00 01-15T00:00"])
    #expect(try sessions("1700-1700:23456", on: "2024-01-15") == ["01-14T17:00 01-15T17:00"])
    #expect(try sessions("1700F-2200:2", on: "2024-01-15") == ["01-14T17:00 01-15T22:00"])
    #expect(try sessions("1900F3-1900:2", on: "2024-01-15") == ["01-12T19:00 01-15T19:00"])
    #expect(try sessions("0900-2530:2", on: "2024-01-15") == ["01-15T09:00 01-16T01:30"])
    #expect(
      try sessions("0900-1130,1230-1500", on: "2024-01-15") == [
        "01-15T09:00 01-15T11:30", "01-15T12:30 01-15T15:00",
      ])
    #expect(try sessions("0930-1600|1000-1300:7", on: "2024-01-20") == ["01-20T10:00 01-20T13:00"])
    #expect(
      try sessions("0930-1600#20240101/1000-1600", on: "2023-12-29") == ["12-29T09:30 12-29T16:00"])
    #expect(
      try sessions("0930-1600#20240101/1000-1600", on: "2024-01-15") == ["01-15T10:00 01-15T16:00"])
    #expect(try WeeklyHours(parsing: "24x7;1").weekStart == 0)
  }

  @Test(
    "hours that are none are an error that shows them",
    arguments: [
      "", "0930", "0930-1660", "0930-1600:8", "0930-1600:", "0930-1600;0", "0930-1200,1100-1600",
      "9:30-16:00", "0930-1600#2024/1000-1600", "1900F7-1900", "0000-2400:23|1200-1300F:4",
    ])
  func badHours(text: String) {
    #expect(throws: CalendarError.self) { try WeeklyHours(parsing: text) }
  }

  @Test("a name that is no calendar is answered with what there is")
  func unknown() {
    let error = #expect(throws: CalendarError.self) { try CalendarBook().calendar(named: "XNYX") }
    #expect(error?.description.contains("calendars are utc, uniform, fx17, XNYS") == true)
    #expect(throws: CalendarError.self) { try CalendarBook().calendar(named: "utc+25:00") }
  }

  @Test("what lies outside of sessions is dropped, joins the next session, or stands alone")
  func outside() throws {
    func grid(_ policy: TradingCalendar.OutsidePolicy) throws -> BarGrid {
      BarGrid(
        count: 1, unit: .hours,
        calendar: TradingCalendar(
          name: "X", zone: .utc, week: .hours(try WeeklyHours(parsing: "0930-1600")),
          outside: policy))
    }
    let evening = try #require(Timestamp("2024-01-16T20:15:00Z"))
    let open = try #require(Timestamp("2024-01-17T09:30:00Z"))
    var dropping = try grid(.drop)
    let (dropped, next) = (dropping.interval(at: evening), dropping.next(after: evening))
    #expect(dropped == nil)
    #expect(next?.start == open)
    var joining = try grid(.includeInNext)
    let (ofEvening, ofOpen) = (joining.interval(at: evening), joining.interval(at: open))
    let joined = try #require(ofEvening)
    #expect(joined.start == Timestamp("2024-01-16T16:00:00Z"))
    #expect(joined.end == open.advanced(byNanos: 3_600_000_000_000))
    #expect(ofOpen == joined)
    var alone = try grid(.own)
    let stand = alone.interval(at: evening)
    let own = try #require(stand)
    #expect(own.session == BarInterval.outside && own.start == Timestamp("2024-01-16T20:00:00Z"))
    #expect(own.tradeDate == CivilDate(year: 2024, month: 1, day: 17))
  }
}
