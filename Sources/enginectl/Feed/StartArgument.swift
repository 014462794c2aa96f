import ArgumentParser
import BinaryProtocol
import EngineCore

/// Where a subscription begins: `live`, `snapshot`, a position as `EPOCH:SEQUENCE`, or a time.
struct StartArgument: ExpressibleByArgument, Equatable, Sendable {
  var start: SubscribeStart

  init(_ start: SubscribeStart) { self.start = start }

  init?(argument: String) {
    switch argument {
    case "live": start = .live
    case "snapshot": start = .snapshot
    default:
      let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
      if parts.count == 2, let epoch = UInt64(parts[0]), let next = UInt64(parts[1]) {
        start = .position(StreamPosition(epoch: epoch, next: next))
      } else if let time = Timestamp(argument) {
        start = .time(time)
      } else {
        return nil
      }
    }
  }

  var defaultValueDescription: String { "live" }
}
