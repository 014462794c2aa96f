import EngineCore
import Testing

/// Files with a list of records.
@Suite("Record files")
struct RecordFileTests {
  private struct Row: ConfigurationRecord {
    var name: String
    var count: Int64

    static let keys: [ConfigurationKey] = [
      .required("name", .text(.notEmpty), "Its name."),
      .key("count", .integer(1...9), default: 3, "How many."),
    ]

    init(from object: inout ConfigurationObject) {
      name = object.string("name")
      count = object.integer("count")
      if name == "odd" {
        object.fault(
          at: "name", expected: "an even name", found: "\"odd\"", suggestion: "\"even\"", column: 2)
      }
    }
  }

  private func read(_ text: String) throws(ConfigurationError) -> [Row] {
    try RecordFile().read(
      Array(text.utf8), file: "rows.json", member: "rows", as: Row.self, most: 3)
  }

  private func faults(_ text: String) -> [String] {
    do throws(ConfigurationError) {
      _ = try read(text)
      return []
    } catch {
      return error.faults.map(\.description)
    }
  }

  @Test("a list is read, alone or as the member of an object")
  func lists() throws {
    let rows = try read(#"[{"name":"a"},{"name":"b","count":5}]"#)
    #expect(rows.map(\.name) == ["a", "b"])
    #expect(rows.map(\.count) == [3, 5])
    #expect(try read(#"{"$schema":"x","rows":[{"name":"c"}]}"#).map(\.name) == ["c"])
  }

  @Test("every fault comes with its place, and with the column in a text")
  func places() {
    #expect(
      faults("[\n  {\"name\": \"odd\"},\n  {\"name\": \"odd\", \"count\": 4}\n]") == [
        "rows.json:2:12: [0].name:2: expected an even name, found \"odd\"; did you mean \"even\"?",
        "rows.json:3:12: [1].name:2: expected an even name, found \"odd\"; did you mean \"even\"?",
      ])
    #expect(
      faults(#"{"rows":[{"name":"a","cuont":1}]}"#).first?.contains("did you mean \"count\"?")
        == true)
    #expect(faults(#"{"rws":[]}"#).first?.contains("did you mean \"rows\"?") == true)
    #expect(faults("[1,") == ["rows.json:1:4: expected a value, found end of text"])
    #expect(faults(#"[{"name":"a"},{"name":"a"},{"name":"a"},{"name":"a"}]"#).count == 1)
  }

  @Test("one record is read from a value")
  func record() throws {
    let value = try JSONReader().read(#"{"name":"a"}"#)
    #expect(try RecordFile().read(value, name: "row", as: Row.self).name == "a")
    #expect(throws: ConfigurationError.self) {
      _ = try RecordFile().read(.object([]), name: "row", as: Row.self)
    }
  }
}
