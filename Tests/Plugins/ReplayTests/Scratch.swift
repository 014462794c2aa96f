import EngineCore
import Foundation

@testable import Replay
@testable import TickFiles

/// A directory of its own for one test, removed with it.
final class Scratch {
  private let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("tickwire-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  var path: String { directory.path }

  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let url = directory.appendingPathComponent(name)
    try Data(bytes).write(to: url)
    return url.path
  }

  func file(_ name: String, _ text: String) throws -> String {
    try file(name, Array(text.utf8))
  }
}

/// Collects what is published.
struct EventList: ReplayReceiver {
  var events: [Event] = []
  mutating func take(_ event: Event) { events.append(event) }
}

/// Everything that a file gives, faults and all.
struct Reading: Equatable {
  var rows: [Row] = []
  var faults: [RowFault] = []
  var failure: String?

  init(_ file: TickFile) {
    while true {
      do {
        switch try file.load() {
        case .rows:
          rows += file.rows[file.index...]
          file.index = file.rows.count
        case .fault(let fault): faults.append(fault)
        case .busy: continue
        case .end: return
        }
      } catch {
        failure = "\(error)"
        return
      }
    }
  }
}

/// A gzip member with stored blocks only: enough to be read by any decoder.
enum StoredGzip {
  static func member(_ bytes: [UInt8], block: Int = 65_535) -> [UInt8] {
    var out: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    var start = 0
    repeat {
      let end = min(start + block, bytes.count)
      let count = UInt16(end - start)
      out.append(end == bytes.count ? 1 : 0)
      out += [UInt8(truncatingIfNeeded: count), UInt8(truncatingIfNeeded: count >> 8)]
      out += [UInt8(truncatingIfNeeded: ~count), UInt8(truncatingIfNeeded: ~count >> 8)]
      out += bytes[start..<end]
      start = end
    } while start < bytes.count
    return out + littleEndian(crc32(bytes)) + littleEndian(UInt32(truncatingIfNeeded: bytes.count))
  }

  private static func littleEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in
        value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
      }
    }
  }
}

/// Gives symbols numbers in order of their first use.
final class SymbolList {
  private(set) var symbols: [String] = []

  func define(_ symbol: String) -> InstrumentID {
    if let index = symbols.firstIndex(of: symbol) { return InstrumentID(UInt32(index + 1)) }
    symbols.append(symbol)
    return InstrumentID(UInt32(symbols.count))
  }
}
