import EngineCore
import Foundation
import Testing
import TickFiles

@testable import enginectl

/// Bars of real ticks against bars that DuckDB and Polars made of them, and NautilusTrader.
@Suite(
  "Bars of real ticks",
  .enabled(if: BarOracle.path != nil, "no data at ../shared or below TICKWIRE_SHARED"),
  .enabled(if: BarOracle.hasPython, "no python3 on this machine"))
struct BarOracleTests {
  @Test("every file of expected bars is looked at here")
  func complete() throws {
    let all = Set(try BarOracle.files().filter { !$0.hasPrefix("session-") })
    #expect(Set(BarOracle.cases.flatMap(\.files)) == all)
    #expect(all.count > 50)
  }

  @Test("bars of time differ in no value", arguments: BarOracle.cases)
  func time(oracle: BarOracle.Case) throws {
    guard !oracle.timeFiles.isEmpty else { return }
    let calculation = try oracle.calculation(of: oracle.timeFiles.map(\.spec))
    for (index, file) in oracle.timeFiles.enumerated() {
      let verdict = try BarOracle.compare(calculation, index, with: file.name)
      #expect(
        verdict.contains(" equal, 0 different, 0 missing, 0 extra"), "\(file.name): \(verdict)")
    }
  }

  @Test("bars by count, volume and value are those of NautilusTrader", arguments: BarOracle.cases)
  func thresholds(oracle: BarOracle.Case) throws {
    for file in oracle.nautilusFiles {
      let calculation = try oracle.calculation(of: [file.spec])
      var lines: [String] = []
      try calculation.write([0], only: file.symbol) { (more) throws(ControlError) in
        lines += more
      }
      let got = lines.dropFirst().map { Row($0.split(separator: ",").map(String.init)) }
      let expected = try BarOracle.text(of: file.name).split(separator: "\n").dropFirst().map {
        Row(nautilus: $0.split(separator: ",").map(String.init))
      }
      if file.isValue {
        try compareValues(got, expected, file.name)
      } else {
        #expect(got.count == expected.count, "\(file.name)")
        let different = zip(got, expected).filter { $0 != $1 }
        #expect(different.isEmpty, "\(file.name): \(different.count), \(different.prefix(2))")
      }
    }
  }

  /// Their sizes are rounded to the instrument's units at each split, and the values are binary
  /// floating point: bars may end a trade apart, but never drift.
  private func compareValues(_ got: [Row], _ expected: [Row], _ name: String) throws {
    #expect(abs(got.count - expected.count) <= 1, "\(name): \(got.count), \(expected.count)")
    for (index, (mine, theirs)) in zip(got, expected).enumerated() {
      let shift = try #require(Int64(mine.close)) - (try #require(Int64(theirs.close)))
      #expect(abs(Double(shift)) < 60e9, "\(name), bar \(index): \(mine) \(theirs)")
      for (a, b) in zip(mine.prices, theirs.prices) {
        let (left, right) = (try #require(Double(a)), try #require(Double(b)))
        #expect(abs(left - right) <= right * 0.002, "\(name), bar \(index): \(mine) \(theirs)")
      }
    }
  }

  private struct Row: Equatable, CustomStringConvertible {
    var close: String
    var prices: [String]
    var volume: String
    var description: String { "\(close) \(prices.joined(separator: " ")) \(volume)" }

    init(_ fields: [String]) {
      close = fields[10]
      prices = fields[3...6].map(Self.plain)
      volume = Self.plain(fields[7])
    }

    init(nautilus fields: [String]) {
      close = fields[0]
      prices = fields[1...4].map(Self.plain)
      volume = Self.plain(fields[5])
    }

    private static func plain(_ text: String) -> String { (try? Price(text))?.text() ?? text }
  }
}

/// The files of expected bars.
enum BarOracle {
  static let path: String? = [
    ProcessInfo.processInfo.environment["TICKWIRE_SHARED"], "../shared",
  ].compactMap { $0 }.first { FileManager.default.fileExists(atPath: $0 + "/data/expected") }

  static let hasPython: Bool = (try? python(["-c", "pass"])) != nil

  struct File: Sendable {
    var name: String
    var spec: BarSpec
    var symbol: String?
    var isValue = false
  }

  /// One tick file with all that is expected of it.
  struct Case: Sendable, CustomTestStringConvertible {
    var ticks: String
    var timeFiles: [File] = []
    var nautilusFiles: [File] = []
    var files: [String] { (timeFiles + nautilusFiles).map(\.name) }
    var testDescription: String { ticks }

    func calculation(of specs: [BarSpec]) throws -> BarFileCalculation {
      let path = (BarOracle.path ?? "") + "/data/ticks/\(ticks).csv.gz"
      var calculation = try BarFileCalculation(
        FileSettings(path: path), specs: specs, increment: try Price("0.01"))
      let faults = try calculation.run()
      #expect(faults.isEmpty, "\(faults.prefix(3))")
      return calculation
    }
  }

  static func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: (path ?? "") + "/data/expected").sorted()
  }

  static let cases: [Case] = {
    guard let path, let names = try? files(),
      let ticks = try? FileManager.default.contentsOfDirectory(atPath: path + "/data/ticks")
    else { return [] }
    return ticks.sorted().compactMap { file in
      guard file.hasSuffix(".csv.gz") else { return nil }
      var oracle = Case(ticks: String(file.dropLast(7)))
      // Without ".trades" or ".quotes", which are of one length.
      let stem = String(oracle.ticks.dropLast(7))
      for name in names {
        if let parsed = timeFile(name, oracle.ticks, stem) { oracle.timeFiles.append(parsed) }
        if let parsed = nautilusFile(name, oracle.ticks, stem) {
          oracle.nautilusFiles.append(parsed)
        }
      }
      return oracle.files.isEmpty ? nil : oracle
    }
  }()

  private static func timeFile(_ name: String, _ ticks: String, _ stem: String) -> File? {
    if name == "\(stem).freqtrade-1m.csv.gz" {
      return (try? BarSpec(parsing: "1m")).map { File(name: name, spec: $0) }
    }
    guard name.hasPrefix(ticks + "."), name.hasSuffix(".csv.gz") else { return nil }
    let parts = name.dropFirst(ticks.count + 1).dropLast(7).split(separator: ".")
    guard parts.count == 2 else { return nil }
    var text: String
    switch parts[1] {
    case "1d_2200": text = "1d@last~utc+22:00"
    case "1d_1700_America_New_York": text = "1d@last~fx17"
    case "1d_1700_Asia_Tehran": text = "1d@last~Asia/Tehran+17:00"
    default: text = "\(parts[1])@last"
    }
    if parts[0] != "price" { text.replace("@last", with: "@\(parts[0])") }
    return (try? BarSpec(parsing: text)).map { File(name: name, spec: $0) }
  }

  private static func nautilusFile(_ name: String, _ ticks: String, _ stem: String) -> File? {
    guard ticks == stem + ".trades", name.hasPrefix(stem + "."), name.contains(".nautilus-") else {
      return nil
    }
    let parts = name.dropFirst(stem.count + 1).dropLast(7).split(separator: ".")
    let words = parts[1].split(separator: "-")
    let unit = ["TICK": "t", "VOLUME": "v", "VALUE": "n"][String(words[2])] ?? ""
    return (try? BarSpec(parsing: "\(words[1])\(unit)")).map {
      File(name: name, spec: $0, symbol: String(parts[0]), isValue: unit == "n")
    }
  }

  /// What shared/tools/compare_bars.py says.
  static func compare(
    _ calculation: BarFileCalculation, _ index: Int, with name: String
  ) throws -> String {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "bars-\(ProcessInfo.processInfo.processIdentifier)-\(name).csv")
    defer { try? FileManager.default.removeItem(at: file) }
    var lines: [String] = []
    try calculation.write([index], only: nil) { (more) throws(ControlError) in lines += more }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
    let path = path ?? ""
    return try python([
      "\(path)/tools/compare_bars.py", "\(path)/data/expected/\(name)", file.path,
    ])
  }

  static func text(of name: String) throws -> String {
    try python([
      "-c", "import gzip,sys; sys.stdout.write(gzip.open(sys.argv[1],'rt').read())",
      "\(path ?? "")/data/expected/\(name)",
    ])
  }

  private static func python(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
