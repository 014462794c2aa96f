internal import BinaryProtocol
internal import EngineCore
internal import Fanout

/// Subscriptions that begin at a time before the log in memory does.
extension FeedServer {
  /// Where such a subscription begins, found in the kept log; goes to the frontend's inbox.
  struct Place: Sendable {
    var connection: UInt64
    var stream: UInt32
    var call: CallRequest
    var found: Result<UInt64, PluginError>
  }

  /// Has the place looked for, away from the event loop; false when that is not needed.
  func looksUp(
    _ request: SubscribeRequest, _ call: CallRequest, _ stream: UInt32,
    _ connection: FeedConnection
  ) throws(CallError) -> Bool {
    guard case .time(let time) = request.start, hub.needsLookup(.time(time)), let past = hub.past
    else { return false }
    let (number, store) = (connection.number, past.store)
    let isUnderWay = past.run {
      var place = Place(connection: number, stream: stream, call: call, found: .success(0))
      do throws(PluginError) {
        place.found = .success(try store.position(at: time))
      } catch {
        place.found = .failure(error)
      }
      return place
    }
    guard isUnderWay else {
      throw CallError(
        .unavailable, "too many subscriptions begin in the past", hint: "try again")
    }
    connection.lookups.insert(stream)
    return true
  }

  /// Goes on with a subscription whose place was found.
  func take(_ place: Place) {
    hub.retryReadings()
    guard let connection = connections[place.connection],
      connection.lookups.remove(place.stream) != nil
    else { return }
    do throws(CallError) {
      switch place.found {
      case .success(let found):
        try subscribe(place.call, place.stream, connection, found: min(found, hub.log.next))
      case .failure(let error): throw CallError(.dataLoss, "\(error)")
      }
    } catch {
      connection.refuse(place.stream, error)
    }
    wake()
  }

  func take(_ news: PastReading.News) {
    if let failure = news.failure {
      log.error("the kept log cannot be read", LogField("error", failure))
    }
    hub.take(news)
    wake()
  }
}
