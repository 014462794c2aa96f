import Testing

@testable import enginectl

@Suite("Tables")
struct TableTests {
  private let table = Table(
    [.text("NAME"), .number("COUNT"), .text("LAST ERROR", least: 8)],
    rows: [
      ["sim", "1,234", "-"], ["日経", "5", Cell("a rather long explanation of it", .red)],
    ])

  @Test("numbers are aligned right, text left, and nothing trails")
  func golden() {
    #expect(
      table.lines(.plain) == [
        "NAME  COUNT  LAST ERROR",
        "sim   1,234  -",
        "日経      5  a rather long explanation of it",
      ])
  }

  @Test("a column that may be cut gives way to the width of the terminal")
  func narrow() {
    #expect(
      table.lines(Style(hasColours: false, width: 28)) == [
        "NAME  COUNT  LAST ERROR",
        "sim   1,234  -",
        "日経      5  a rather long …",
      ])
  }

  @Test("no line is wider than the terminal", arguments: 1...60)
  func widths(width: Int) {
    for line in table.lines(Style(hasColours: false, width: width)) {
      #expect(PlainText.width(line) <= width)
    }
  }

  @Test("colours surround the text and not the blanks")
  func colours() {
    let lines = table.lines(Style(hasColours: true, width: nil))
    #expect(
      lines[0] == "\u{1B}[1mNAME\u{1B}[0m  \u{1B}[1mCOUNT\u{1B}[0m  \u{1B}[1mLAST ERROR\u{1B}[0m")
    #expect(lines[2].hasSuffix("  \u{1B}[31ma rather long explanation of it\u{1B}[0m"))
  }
}
