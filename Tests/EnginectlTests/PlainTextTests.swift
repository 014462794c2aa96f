import Testing

@testable import enginectl

@Suite("Plain text")
struct PlainTextTests {
  @Test(
    "control characters of feeds cannot reach the terminal",
    arguments: [
      ("plain", "plain"), ("a\u{1B}[2Jb", "a\\u{1b}[2Jb"), ("two\nlines", "two\\nlines"),
      ("tab\there", "tab here"), ("\u{9B}31m", "\\u{9b}31m"), ("\u{202E}abc", "\\u{202e}abc"),
      ("bell\u{7}", "bell\\u{7}"), ("Zürich", "Zürich"),
    ])
  func line(text: String, clean: String) {
    #expect(PlainText.line(text) == clean)
  }

  @Test(
    "width counts columns of a terminal",
    arguments: [("abc", 3), ("Zürich", 6), ("日経", 4), ("e\u{301}", 1), ("", 0)])
  func width(text: String, columns: Int) {
    #expect(PlainText.width(text) == columns)
  }

  @Test("a cut text ends in an ellipsis and never exceeds its width", arguments: 0...12)
  func cut(width: Int) {
    for text in ["short", "a longer text", "日経平均株価"] {
      let cut = PlainText.cut(text, to: width)
      #expect(PlainText.width(cut) <= width)
      #expect((cut == text) == (PlainText.width(text) <= width))
      if cut != text && width > 0 { #expect(cut.hasSuffix("…")) }
    }
  }
}
