internal import Fanout
internal import WebProtocol

extension StreamStart {
  /// The same for the hub.
  var feedStart: FeedStart {
    switch self {
    case .live: .live
    case .snapshot: .snapshot
    case .position(let epoch, let next): .position(epoch: epoch, next: next)
    case .time(let time): .time(time)
    }
  }
}

extension FeedPlace.Resume {
  /// As clients are told.
  var told: StreamSubscribed.Resume {
    switch self {
    case .complete: .complete
    case .partial: .partial
    case .anotherEpoch: .anotherEpoch
    }
  }
}
