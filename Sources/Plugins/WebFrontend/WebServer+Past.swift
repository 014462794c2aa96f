internal import EngineCore
internal import Fanout
internal import WebProtocol

/// Subscriptions that begin at a time before the log in memory does.
extension WebServer {
  /// Where such a subscription begins, found in the kept log; goes to the frontend's inbox.
  struct Place: Sendable {
    var connection: UInt64
    var subscription: UInt32
    var found: Result<UInt64, PluginError>
  }

  /// Has the place looked for, away from the event loop; false when that is not needed.
  func looksUp(
    _ wish: StreamSubscribe, _ number: UInt32, of connection: UInt64
  ) throws(StreamError) -> Bool {
    guard case .time(let time) = wish.start, hub.needsLookup(.time(time)), let past = hub.past
    else { return false }
    let store = past.store
    let isUnderWay = past.run {
      var place = Place(connection: connection, subscription: number, found: .success(0))
      do throws(PluginError) {
        place.found = .success(try store.position(at: time))
      } catch {
        place.found = .failure(error)
      }
      return place
    }
    guard isUnderWay else {
      throw StreamError(
        .unavailable, "too many subscriptions begin in the past", hint: "try again")
    }
    return true
  }

  /// Takes what work away from the event loop came to.
  func take(_ result: HubResult) {
    hubs.retryReadings()
    switch result.value {
    case let place as Place:
      let client = connections[place.connection] as? WebSocketClient
      client?.streamSession?.take(place.subscription, place.found)
    case let news as PastReading.News:
      if let failure = news.failure {
        log.error("the kept log cannot be read", LogField("error", failure))
      }
      hubs.take(news, for: result.format)
    default: break
    }
    wake()
  }
}
