internal import EngineCore
internal import Notifications

/// A channel while the plugin runs.
struct ChannelDesk {
  enum Origin: String, Sendable {
    case configuration
    case added
  }

  var settings: ChannelSettings
  var origin: Origin
  var sender: any ChannelSender
  var queue: ChannelQueue
  /// It is gone, but for what is under way.
  var isLeaving = false
  var figures = ChannelFigures()
  /// As people gave them, for one that was added.
  var source: String?

  var name: String { settings.name }
}

/// What became of messages since the plugin was started.
struct ChannelFigures {
  var delivered: UInt64 = 0
  var failed: UInt64 = 0
  /// Given up, for good or for now.
  var dead: UInt64 = 0
  /// Below the least severity of the channel.
  var unwanted: UInt64 = 0
  var lastResult: String?
  var lastDelivered: Timestamp?
}
