import EngineCore
import Foundation
import Testing

/// The JSONTestSuite files: `y_` must be read, `n_` must be refused, `i_` may be either.
@Suite struct JSONCorpusTests {
  /// The corpus beside the repository, or below `TICKWIRE_SHARED`; nil when there is none.
  static let directory: String? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let named = ProcessInfo.processInfo.environment["TICKWIRE_SHARED"].map { URL(filePath: $0) }
    let candidates = [named, root.deletingLastPathComponent().appending(path: "shared")]
    return candidates.compactMap { $0?.appending(path: "data/json").path }.first {
      FileManager.default.fileExists(atPath: $0)
    }
  }()

  @Test(
    "the corpus is read and refused as its names say",
    .enabled(if: directory != nil, "no corpus at ../shared/data/json or below TICKWIRE_SHARED"))
  func corpus() throws {
    let directory = try #require(Self.directory)
    let names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    var counts = (accepted: 0, refused: 0)
    for name in names {
      let bytes = try #require(FileManager.default.contents(atPath: "\(directory)/\(name)"))
      let value = try? JSONReader().read(Array(bytes))
      if name.hasPrefix("y_") { #expect(value != nil, "\(name)") }
      if name.hasPrefix("n_") { #expect(value == nil, "\(name)") }
      if let value { #expect((try? JSONReader().read(value.text())) == value, "\(name)") }
      if value == nil { counts.refused += 1 } else { counts.accepted += 1 }
    }
    #expect(counts.accepted >= 95)
    #expect(counts.refused >= 188)
  }

  @Test(
    "a small corpus of its own is read",
    arguments: [
      "[]", " {} ", "\"\"", "0", "-0", "-0.0e-0", "1E22", "null", "[[[]]]", "\"\\ud83d\\ude00\"",
      "{\"\":0}", "{\"a\":1,\"a\":1}", "\"\\u0000\"", "[1,\r\n\t2]", "\"\u{7F}\"", "\"\u{2028}\"",
    ])
  func accepted(text: String) {
    #expect((try? JSONReader().read(text)) != nil)
  }

  @Test(
    "a small corpus of its own is refused",
    arguments: [
      "", " ", "[", "]", "{]", "[1,,2]", "{\"a\":}", "{a:1}", "{\"a\":1,}", "+1", ".5", "1.", "1e",
      "0x1", "NaN", "Infinity", "'a'", "\"\\\"", "\"\\u00\"", "\"\\udc00\"", "\"\\ud800\\u0041\"",
      "[1]x", "tru", "\u{A0}1", "\u{0C}[]", "//\n1", "--1", "1 2", "[\"a\":1]", "{\"a\",1}",
    ])
  func refused(text: String) {
    #expect((try? JSONReader().read(text)) == nil)
  }
}
