internal import WebProtocol

/// What a web frontend has counted. Lives on its event loop.
struct WebCounters {
  struct Answered: Hashable {
    var status: Int
    var path: String
  }

  /// Connections that were let in, and those over a limit.
  var accepted: UInt64 = 0
  var turnedAway: UInt64 = 0
  /// Requests that follow no rules of HTTP.
  var badRequests: UInt64 = 0
  /// Answers by status and path.
  private(set) var answers: [Answered: UInt64] = [:]
  /// From a request's head to its answer, by path.
  private(set) var durations: [String: DurationHistogram] = [:]
  /// WebSockets: open now, and ever opened.
  var webSockets = 0
  var upgraded: UInt64 = 0
  /// How WebSockets ended, by close code.
  private(set) var closes: [UInt16: UInt64] = [:]
  var messagesIn: UInt64 = 0
  var messagesOut: UInt64 = 0

  mutating func answered(_ status: Int, path: String) {
    answers[Answered(status: status, path: path), default: 0] += 1
  }

  /// A request that was read took so long.
  mutating func served(path: String, nanos: Int64) {
    durations[path, default: DurationHistogram()].add(nanos)
  }

  mutating func closed(_ code: WebSocketCloseCode) { closes[Self.known(code), default: 0] += 1 }

  /// Codes that clients make up are one.
  private static func known(_ code: WebSocketCloseCode) -> UInt16 {
    WebSocketCloseCode.table.contains { $0.code == code } ? code.rawValue : 0
  }

  var requests: UInt64 { answers.values.reduce(0, +) }
}
