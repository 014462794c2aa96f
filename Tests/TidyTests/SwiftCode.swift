/// Swift source without its comments and the text of its strings, line for line.
struct SwiftCode {
  private(set) var lines: [String] = []

  private enum Frame {
    /// Code, with the number of parentheses that are open; inside a string it ends at the last.
    case code(parentheses: Int)
    case string(isMultiline: Bool, hashes: Int)
  }

  init(_ text: String) {
    let source = Array(text.unicodeScalars)
    var line = String.UnicodeScalarView()
    var frames: [Frame] = [.code(parentheses: 0)]
    var comments = 0
    var isLineComment = false
    var index = 0

    func at(_ offset: Int) -> Unicode.Scalar? {
      index + offset < source.count ? source[index + offset] : nil
    }
    func run(of scalar: Unicode.Scalar, from offset: Int) -> Int {
      var count = 0
      while at(offset + count) == scalar { count += 1 }
      return count
    }

    while index < source.count {
      let scalar = source[index]
      var width = 1
      if scalar == "\n" {
        lines.append(String(line))
        line = String.UnicodeScalarView()
        isLineComment = false
      } else if isLineComment {
        // Left out.
      } else if comments > 0 {
        if scalar == "*", at(1) == "/" {
          comments -= 1
          width = 2
        } else if scalar == "/", at(1) == "*" {
          comments += 1
          width = 2
        }
      } else if case .string(let isMultiline, let hashes) = frames[frames.count - 1] {
        width = Self.string(isMultiline, hashes, scalar, at, run, &frames)
      } else if scalar == "/", at(1) == "/" {
        isLineComment = true
      } else if scalar == "/", at(1) == "*" {
        comments = 1
        width = 2
      } else {
        let hashes = run(of: "#", from: 0)
        if at(hashes) == "\"" {
          let isMultiline = run(of: "\"", from: hashes) >= 3
          frames.append(.string(isMultiline: isMultiline, hashes: hashes))
          width = hashes + (isMultiline ? 3 : 1)
        } else {
          Self.code(scalar, &frames)
          line.append(scalar)
        }
      }
      index += width
    }
    lines.append(String(line))
  }

  /// One step inside a string; how many scalars it takes.
  private static func string(
    _ isMultiline: Bool, _ hashes: Int, _ scalar: Unicode.Scalar,
    _ at: (Int) -> Unicode.Scalar?, _ run: (Unicode.Scalar, Int) -> Int, _ frames: inout [Frame]
  ) -> Int {
    if scalar == "\\", run("#", 1) >= hashes {
      if at(1 + hashes) == "(" { frames.append(.code(parentheses: 1)) }
      // The end of a line is left for the one who counts lines.
      return at(1 + hashes) == "\n" ? 1 + hashes : 2 + hashes
    }
    guard scalar == "\"" else { return 1 }
    let quotes = isMultiline ? 3 : 1
    guard run("\"", 0) >= quotes, run("#", quotes) >= hashes else { return 1 }
    frames.removeLast()
    return quotes + hashes
  }

  private static func code(_ scalar: Unicode.Scalar, _ frames: inout [Frame]) {
    guard frames.count > 1, case .code(let open) = frames[frames.count - 1] else { return }
    if scalar == "(" { frames[frames.count - 1] = .code(parentheses: open + 1) }
    if scalar == ")" {
      frames[frames.count - 1] = .code(parentheses: open - 1)
      if open == 1 { frames.removeLast() }
    }
  }

  /// A function that is longer than others: where it begins and how many lines it has.
  struct Function: Equatable {
    var line: Int
    var length: Int
  }

  /// Functions and initializers with their lines, from the word to the last brace.
  var functions: [Function] {
    var found: [Function] = []
    var open: [Int?] = []
    // The line of the last `func`, `init` or `deinit` since the last brace.
    var begin: Int?
    for (number, line) in lines.enumerated() {
      var word = ""
      for scalar in line.unicodeScalars {
        if scalar.properties.isAlphabetic || scalar == "_" || scalar == "." {
          word.unicodeScalars.append(scalar)
          continue
        }
        if ["func", "init", "deinit", "subscript"].contains(word) { begin = number }
        word = ""
        if scalar == "{" {
          open.append(begin)
          begin = nil
        } else if scalar == "}" {
          begin = nil
          if let last = open.popLast(), let start = last {
            found.append(Function(line: start + 1, length: number - start + 1))
          }
        }
      }
      if ["func", "init", "deinit", "subscript"].contains(word) { begin = number }
    }
    return found
  }
}
