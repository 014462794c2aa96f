import EngineCore
import Testing

/// The vectors of the specification, and what holds for every grid.
@Suite("Bar intervals")
struct BarGridTests {
  static func grid(_ text: String, book: CalendarBook = CalendarBook()) throws -> BarGrid {
    let spec = try BarSpec(parsing: text)
    guard case .time(let count, let unit) = spec.measure else {
      preconditionFailure("\(text) is not cut by time")
    }
    return BarGrid(
      count: count, unit: unit, calendar: try book.calendar(named: spec.calendar ?? "utc"))
  }

  /// Boundaries from a time on, as long as there are expected ones, without seconds.
  private func boundaries(_ spec: String, from: String, count: Int) throws -> [String] {
    var grid = try Self.grid(spec)
    var time = try #require(Timestamp(from))
    var found: [String] = []
    for _ in 0..<count {
      let answer = grid.interval(at: time)
      let interval = try #require(answer)
      if found.isEmpty { found.append("\(interval.start)") }
      found.append("\(interval.end)")
      time = interval.end
    }
    return found.map { String($0.dropLast(4)) }
  }

  struct Vector: Sendable, CustomTestStringConvertible {
    var spec: String
    var boundaries: [String]
    var testDescription: String { "\(spec) \(boundaries[0])" }

    init(_ spec: String, _ boundaries: String) {
      self.spec = spec
      self.boundaries = boundaries.split(separator: " ").map(String.init)
    }
  }

  static let vectors = [
    Vector("1d~fx17", "2024-03-08T22:00 2024-03-09T22:00 2024-03-10T21:00 2024-03-11T21:00"),
    Vector("1d~fx17", "2024-11-01T21:00 2024-11-02T21:00 2024-11-03T22:00 2024-11-04T22:00"),
    Vector(
      "1d~Africa/Cairo", "2024-04-24T22:00 2024-04-25T22:00 2024-04-26T21:00 2024-04-27T21:00"),
    Vector("1d~Australia/Lord_Howe", "2024-04-06T13:00 2024-04-07T13:30 2024-04-08T13:30"),
    Vector("1d~America/New_York+01:30", "2024-11-02T05:30 2024-11-03T05:30 2024-11-04T06:30"),
    Vector("1d~America/New_York+02:30", "2024-03-09T07:30 2024-03-10T07:00 2024-03-11T06:30"),
    Vector("1d~Asia/Kathmandu", "2023-12-31T18:15 2024-01-01T18:15"),
    Vector(
      "4h~America/New_York",
      "2024-03-10T05:00 2024-03-10T09:00 2024-03-10T13:00 2024-03-10T17:00 2024-03-10T21:00 2024-03-11T01:00 2024-03-11T04:00"
    ),
    Vector(
      "4h~America/New_York",
      "2024-11-03T04:00 2024-11-03T08:00 2024-11-03T12:00 2024-11-03T16:00 2024-11-03T20:00 2024-11-04T00:00 2024-11-04T04:00 2024-11-04T05:00"
    ),
    Vector("1d~utc+22:00", "2024-01-14T22:00 2024-01-15T22:00"),
    Vector("1d~fx17", "2024-01-14T22:00 2024-01-15T22:00"),
    Vector("1d~utc+22:00", "2024-07-14T22:00 2024-07-15T22:00"),
    Vector("1d~fx17", "2024-07-14T21:00 2024-07-15T21:00"),
    Vector(
      "7h", "2024-01-01T00:00 2024-01-01T07:00 2024-01-01T14:00 2024-01-01T21:00 2024-01-02T00:00"),
    Vector("1w", "2023-12-25T00:00 2024-01-01T00:00 2024-01-08T00:00"),
    Vector("1M", "2024-01-01T00:00 2024-02-01T00:00 2024-03-01T00:00"),
    Vector("5M", "2023-10-01T00:00 2024-03-01T00:00"),
    Vector("2d", "2000-01-03T00:00 2000-01-05T00:00 2000-01-07T00:00"),
    Vector("2w", "2000-01-03T00:00 2000-01-17T00:00"),
    // Samoa went from the 29th to the 31st of December 2011.
    Vector("1d~Pacific/Apia", "2011-12-29T10:00 2011-12-30T10:00 2011-12-31T10:00"),
  ]

  @Test("boundaries are those of the specification", arguments: vectors)
  func vector(vector: Vector) throws {
    let found = try boundaries(
      vector.spec, from: vector.boundaries[0] + ":00Z", count: vector.boundaries.count - 1)
    #expect(found == vector.boundaries)
  }

  @Test("a session that is no whole number of steps ends with a short bar")
  func shortBars() throws {
    let book = CalendarBook(custom: [
      TradingCalendar(
        name: "NSE", zone: try SystemZones.load("Asia/Kolkata"),
        week: .hours(try WeeklyHours(parsing: "0915-1530"))),
      TradingCalendar(
        name: "X", zone: try SystemZones.load("America/New_York"),
        week: .hours(try WeeklyHours(parsing: "0930-1630"))),
    ])
    var nse = try Self.grid("60m~NSE", book: book)
    var time = try #require(Timestamp("2024-01-15T09:15:00+05:30"))
    var starts: [String] = []
    while let interval = nse.interval(at: time), interval.session == 0 {
      starts.append("\(interval.start.advanced(byNanos: 19_800_000_000_000))")
      time = interval.end
    }
    #expect(
      starts.map { String($0.dropFirst(11).prefix(5)) } == [
        "09:15", "10:15", "11:15", "12:15", "13:15", "14:15", "15:15",
      ])
    #expect("\(time)" == "2024-01-15T10:00:00Z")

    var hours = try Self.grid("1h~X", book: book)
    let open = try #require(Timestamp("2024-01-16T09:30:00-05:00"))
    var count = 0
    time = open
    while let interval = hours.interval(at: time), interval.session == 0 {
      count += 1
      time = interval.end
    }
    #expect(count == 7)
    #expect(time.nanos(since: open) == 7 * 3_600_000_000_000)
  }

  @Test("days are counted from a fixed day, whoever asks first")
  func fixedEpoch() throws {
    for spec in ["2d", "3d", "5d~XNYS", "2w", "3M", "3d~fx17"] {
      let time = try #require(Timestamp("2024-05-16T15:00:00Z"))
      var fresh = try Self.grid(spec)
      var used = try Self.grid(spec)
      for day in 0..<40 {
        _ = used.interval(at: time.advanced(byNanos: Int64(day - 20) * 86_400_000_000_000))
      }
      let (first, second) = (fresh.interval(at: time), used.interval(at: time))
      #expect(first == second, "\(spec)")
    }
  }

  static let specs = [
    "1s", "7m", "4h", "1d", "3d", "1w", "1M", "1d~fx17", "4h~fx17", "90m~Australia/Lord_Howe",
    "1d~utc+22:00", "1h~XNYS", "1d~XNYS", "2d~XNYS", "1w~XNYS", "1M~XNYS", "11h~uniform",
    "1d~Asia/Tehran+17:00", "1d~Pacific/Apia", "6h~Africa/Casablanca", "1h~NEXT", "1d~NEXT",
    "30m~LUNCH", "1d~LUNCH", "1w~LUNCH",
  ]

  static func book() throws -> CalendarBook {
    let tokyo = try SystemZones.load("Asia/Tokyo")
    return CalendarBook(custom: [
      TradingCalendar(
        name: "NEXT", zone: tokyo, week: .hours(try WeeklyHours(parsing: "0900-1500")),
        holidays: [CivilDate(year: 2024, month: 1, day: 2)], outside: .includeInNext),
      TradingCalendar(
        name: "LUNCH", zone: tokyo, week: .hours(try WeeklyHours(parsing: "0900-1130,1230-1500"))),
    ])
  }

  @Test("a time lies in its interval, and the next one begins where that ends", arguments: specs)
  func tiling(spec: String) throws {
    var grid = try Self.grid(spec, book: try Self.book())
    for seed in UInt64(0)..<40 {
      var random = SeededRandom(seed: seed)
      var time = Timestamp(nanoseconds: Int64(random.next() % 4_000_000_000) * 1_000_000_000)
      for _ in 0..<20 {
        let answer = grid.interval(at: time)
        let interval = try #require(answer)
        #expect(interval.start <= time && time < interval.end, "\(spec) \(time)")
        let last = Timestamp(nanoseconds: interval.end.nanoseconds - 1)
        let (ofStart, ofLast) = (grid.interval(at: interval.start), grid.interval(at: last))
        #expect(ofStart == interval && ofLast == interval, "\(spec) \(interval.start)")
        let following = grid.interval(at: interval.end)
        let next = try #require(following)
        #expect(next.start == interval.end, "\(spec) \(interval.end)")
        time = next.start
      }
    }
  }

  @Test("where a grid nests in another, no boundary of that lies within an interval of it")
  func nesting() throws {
    let book = try Self.book()
    var nested = 0
    for fine in Self.specs {
      for coarse in Self.specs where fine != coarse {
        var small = try Self.grid(fine, book: book)
        var large = try Self.grid(coarse, book: book)
        guard small.nests(in: large) else { continue }
        nested += 1
        var random = SeededRandom(seed: 3)
        for _ in 0..<30 {
          let time = Timestamp(nanoseconds: Int64(random.next() % 4_000_000_000) * 1_000_000_000)
          guard let interval = large.interval(at: time) else { continue }
          for boundary in [interval.start, interval.end] {
            guard let inner = small.interval(at: boundary) else { continue }
            #expect(inner.start == boundary, "\(fine) in \(coarse) at \(boundary)")
          }
        }
      }
    }
    #expect(nested > 40)
    let daily = try Self.grid("1d~fx17")
    #expect(try Self.grid("1h").nests(in: daily))
    #expect(try !Self.grid("7h").nests(in: daily))
    #expect(try !Self.grid("1w").nests(in: Self.grid("1M")))
  }
}
