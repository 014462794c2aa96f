import ArgumentParser
import TickFiles

/// How the rows on the input are written.
struct RowOptions: ParsableArguments, Sendable {
  @Option(
    help: ArgumentHelp(
      "Where each value is, such as price=Last,time=Datetime: a name of the header or a place from "
        + "0. Usual names need no mapping.",
      valueName: "role=column,…"))
  var columns: ColumnsArgument?

  @Option(help: "What the rows are: trades or quotes. Without it the columns tell.")
  var type: RowKindArgument?

  @Option(help: "The symbol of all rows, when no column has it.")
  var symbol: String?

  @Option(help: "Makes the instruments SYMBOL@VENUE.")
  var venue: String?

  @Option(help: ArgumentHelp("What stands between two columns.", valueName: "character"))
  var delimiter = DelimiterArgument(byte: UInt8(ascii: ","))

  @Flag(help: "The first line is a row, and --columns are places.")
  var noHeader = false

  @Option(
    help: ArgumentHelp(
      "How times are written: ns, us, ms, s, iso, or a pattern such as 'yyyyMMdd HH:mm:ss.SSS'. "
        + "Without it by the column's ending (_ns, _us, _ms, _s), else iso.",
      valueName: "format"))
  var timeFormat: TimeFormatArgument?

  @Option(help: ArgumentHelp("UTC or an offset such as +05:30.", valueName: "offset"))
  var timezone = "UTC"

  @Option(help: "Decimals that people expect in prices of new instruments, 0 to 9.")
  var pricePrecision = 2

  func validate() throws {
    if let symbol, symbol.isEmpty { throw ValidationError("--symbol is not empty") }
    if !(0...9).contains(pricePrecision) { throw ValidationError("--price-precision is 0 to 9") }
    if RowFormat.offsetNanos(timezone) == nil {
      throw ValidationError(
        "--timezone: expected UTC or an offset such as +05:30, found \"\(timezone)\"")
    }
    if noHeader {
      for (role, reference) in (columns?.columns ?? [:]).sorted(by: { "\($0)" < "\($1)" }) {
        guard case .name(let name) = reference else { continue }
        throw ValidationError(
          "--columns \(role.rawValue)=\(name): expected a place from 0, as there is no header")
      }
    }
  }

  /// A time is not needed: an event without one gets that of its receipt.
  var format: RowFormat {
    var format = RowFormat()
    format.kind = type?.kind
    format.symbol = symbol
    format.venue = venue
    format.columns = columns?.columns ?? [:]
    format.hasHeader = !noHeader
    format.delimiter = delimiter.byte
    format.timeFormat = timeFormat?.format
    format.offsetNanos = RowFormat.offsetNanos(timezone) ?? 0
    format.pricePrecision = pricePrecision
    format.needsTime = false
    return format
  }
}
