internal import EngineCore

/// Feeds that keep up and get the same bytes: what is new is routed, gathered and framed once for
/// all of them.
final class FeedGroup {
  /// What feeds have in common that may share frames.
  struct Key: Hashable {
    var subjects: [SubjectPattern]
    var stream: UInt32
    var coding: FrameCoding
    var frameBytesMax: Int
  }

  /// Its number in the router.
  let number: Int
  /// Nil when it is for one feed alone, which has a pace of its own or waits for names.
  let key: Key?
  let selection: Selection
  var members: [Feed] = []
  var next: Gathering

  init(number: Int, key: Key?, selection: Selection, headerBytes: Int) {
    self.number = number
    self.key = key
    self.selection = selection
    next = Gathering(headerBytes: headerBytes)
  }
}
