internal import BinaryProtocol
internal import Fanout

extension SubscribeStart {
  /// The same for the hub.
  var feedStart: FeedStart {
    switch self {
    case .live: .live
    case .snapshot: .snapshot
    case .position(let position): .position(epoch: position.epoch, next: position.next)
    case .time(let time): .time(time)
    }
  }
}
