import ArgumentParser
import TickFiles

/// A character between columns on the command line; `tab` is one too.
struct DelimiterArgument: ExpressibleByArgument, Equatable, Sendable {
  var byte: UInt8

  init(byte: UInt8) { self.byte = byte }

  init?(argument: String) {
    let text = argument == "tab" ? "\t" : argument
    guard RowFormat.delimiters.contains(text), let byte = text.utf8.first else { return nil }
    self.byte = byte
  }

  var defaultValueDescription: String { String(decoding: [byte], as: UTF8.self) }
}
