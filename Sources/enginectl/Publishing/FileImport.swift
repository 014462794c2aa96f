import BinaryProtocol
import EngineCore
import TickFiles

/// Publishes a tick file's rows, with the times that they have.
struct FileImport {
  /// Events handed over at a time.
  private static let batchMax = 1_024

  private let publisher: FeedPublisher
  private let settings: FileSettings
  private let output: Output
  private(set) var progress = ReplayProgress()
  /// Rows that cannot be read.
  private(set) var faults = 0

  init(_ publisher: FeedPublisher, _ settings: FileSettings, output: Output) {
    self.publisher = publisher
    self.settings = settings
    self.output = output
  }

  /// Symbols in the order in which the file has them.
  private final class Symbols {
    var names: [String] = []

    func id(of name: String) -> InstrumentID {
      names.append(name)
      return InstrumentID(UInt32(names.count))
    }
  }

  mutating func run() async throws(ControlError) {
    let symbols = Symbols()
    let file: TickFile
    do {
      file = try TickFile(settings) { symbols.id(of: $0) }
    } catch {
      throw ControlError(.refused, "\(settings.path): \(error)")
    }
    let stamp = RowStamp(
      file.layout.kind, .none, receiveTime: .zero, flags: .replayed)
    var ids: [InstrumentID] = []
    var batch: [Event] = []
    while let rows = try next(file) {
      for row in rows {
        while ids.count < Int(row.instrument.raw) {
          ids.append(await publisher.define(instrument(symbols.names[ids.count])))
        }
        var row = row
        row.instrument = ids[Int(row.instrument.raw) - 1]
        batch.append(stamp.event(row))
        if batch.count == Self.batchMax { try await progress.publish(&batch, by: publisher) }
      }
      if Task.isCancelled { throw .interrupted }
    }
    try await progress.publish(&batch, by: publisher)
    do throws(CallError) {
      progress.take(try await publisher.finish())
    } catch {
      throw .feed(error)
    }
  }

  private func instrument(_ symbol: String) -> Instrument {
    Instrument(
      symbol: symbol, venue: settings.rows.venue, pricePrecision: settings.rows.pricePrecision)
  }

  /// The next rows; nil at the end. What cannot be read is told and counted.
  private mutating func next(_ file: TickFile) throws(ControlError) -> [Row]? {
    while true {
      do throws(InputError) {
        switch try file.load() {
        case .rows:
          let rows = Array(file.rows[file.index...])
          file.index = file.rows.count
          return rows
        case .fault(let fault):
          faults += 1
          if faults <= 10 {
            output.report(
              ControlError(.refused, "\(settings.path):\(fault.line): \(fault.description)"))
          }
        case .busy: continue
        case .end: return nil
        }
      } catch {
        throw ControlError(.refused, "\(settings.path): \(error)")
      }
    }
  }
}
