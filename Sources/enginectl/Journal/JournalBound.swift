import ArgumentParser
import EngineCore
import JournalFiles

/// A place in a journal on the command line: a sequence number, or a time.
enum JournalBound: ExpressibleByArgument, Equatable, Sendable {
  case sequence(UInt64)
  case time(Timestamp)

  init?(argument: String) {
    if let sequence = UInt64(argument) {
      self = .sequence(sequence)
    } else if let time = Timestamp(argument) {
      self = .time(time)
    } else {
      return nil
    }
  }

  /// Where a reader begins.
  var start: JournalStart {
    switch self {
    case .sequence(let sequence): .sequence(sequence)
    case .time(let time): .time(time)
    }
  }
}
