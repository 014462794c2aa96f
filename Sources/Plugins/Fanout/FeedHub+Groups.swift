internal import EngineCore

/// Which part of the log a frame holds, and for which stream.
struct FramePlace: Equatable {
  var segment: Int
  var start: Int
  /// The limit that it was cut at.
  var limit: Int
  var stream: UInt32
  var coding: FrameCoding
}

/// Feeds that get the same are served together.
extension FeedHub {
  /// Has what is new routed to a feed, with those that get the same.
  func join(_ feed: Feed) {
    let key = feed.groupKey
    if let key, let number = groupNumbers[key], let group = groups[number] {
      // It has had everything that the others have not been sent yet.
      sendGathered(group, nanos)
      group.members.append(feed)
      feed.group = group
      return
    }
    let number = freeGroups.popLast() ?? groups.count
    if number == groups.count { groups.append(nil) }
    router.makeRoom(for: number)
    let group = FeedGroup(
      number: number, key: key, selection: feed.selection, headerBytes: format.headerBytes)
    group.members = [feed]
    groups[number] = group
    if let key { groupNumbers[key] = number }
    feed.group = group
    router.routes.add(number, group.selection.filter)
  }

  func leaveGroup(_ feed: Feed) {
    guard let group = feed.group else { return }
    feed.group = nil
    group.members.removeAll { $0 === feed }
    guard group.members.isEmpty else { return }
    router.routes.remove(group.number, group.selection.filter)
    router.clear(group.number)
    router.taken(group.next.byteCount)
    groups[group.number] = nil
    if let key = group.key { groupNumbers[key] = nil }
    freeGroups.append(group.number)
  }

  /// A feed whose pace was changed goes on by itself.
  package func paceChanged(_ feed: Feed) {
    patienceNanos = leastPatience
    guard let group = feed.group else { return }
    fallBehind(feed, at: group.next.isEmpty ? log.sealedNext : router.firsts[group.number])
  }
}
