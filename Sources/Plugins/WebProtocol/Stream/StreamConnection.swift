internal import EngineCore

/// A server's side of the native JSON protocol on one open WebSocket, as a value: messages and time
/// go in, actions come out.
///
/// It does no I/O, reads no clock and knows no event. The owner performs the actions in order,
/// answers those that want an answer, now or later, sends the events of subscriptions itself, and
/// calls `timePassed` when `nextDeadline` has come. `now` is on one monotonic clock, in
/// nanoseconds.
public struct StreamConnection: Sendable {
  private enum Phase: Equatable {
    case awaitingToken(deadline: Int64)
    case open
    /// A goaway was sent.
    case draining(deadline: Int64)
    case closed
  }

  /// A request that the owner has not answered.
  private enum Pending: Equatable {
    case authenticate
    case subscribe(UInt32)
    case update(UInt32)
    case ping
  }

  private let limits: StreamLimits
  private let needsToken: Bool
  private var phase: Phase
  private var pending: [Int64: Pending] = [:]
  /// Numbers of subscriptions, with whether they run.
  private var subscriptions: [UInt32: Bool] = [:]
  /// Bad requests since the last good one.
  private var faults = 0
  /// Requests that were too fast since the last that was not.
  private var excess = 0
  private var pace: RequestPace
  private var actions: [StreamAction] = []
  /// The name that the client gave.
  public private(set) var clientName = ""

  /// A connection whose WebSocket has just been opened. `needsToken`: the server wants one, and the
  /// request for the connection has shown none that it knows.
  public init(limits: StreamLimits = StreamLimits(), needsToken: Bool, now: Int64) {
    self.limits = limits
    self.needsToken = needsToken
    pace = RequestPace(perSecond: limits.requestsPerSecond, burst: limits.requestBurst)
    phase = needsToken ? .awaitingToken(deadline: Self.sum(now, limits.tokenNanos)) : .open
  }

  /// The first message.
  public mutating func open(_ server: StreamServer) -> [StreamAction] {
    send(StreamMessages.welcome(server, needsToken: needsToken, limits: limits))
    return takeActions()
  }

  public var isClosed: Bool { phase == .closed }

  private var isAwaitingToken: Bool {
    if case .awaitingToken = phase { return true }
    return false
  }

  /// Subscriptions that are there or asked for.
  public var subscriptionCount: Int { subscriptions.count }

  /// When `timePassed` has something to do; nil when never.
  public var nextDeadline: Int64? {
    switch phase {
    case .awaitingToken(let deadline), .draining(let deadline): deadline
    case .open, .closed: nil
    }
  }

  /// Takes a text message.
  public mutating func received(_ text: RawSpan, now: Int64) -> [StreamAction] {
    guard phase != .closed else { return [] }
    guard pace.take(now: now) else { return refuseByPace(text) }
    excess = 0
    guard text.byteCount <= limits.requestBytes else {
      close(.tooBig, "a request of more than \(limits.requestBytes) bytes")
      return takeActions()
    }
    switch StreamRequest.parse(text) {
    case .success(let request): handle(request)
    case .failure(let error): fail(error)
    }
    return takeActions()
  }

  /// Takes a binary message, of which there are none.
  public mutating func receivedBinary() -> [StreamAction] {
    guard phase != .closed else { return [] }
    close(.unsupportedData, "requests are text messages")
    return takeActions()
  }

  /// Looks at every deadline.
  public mutating func timePassed(now: Int64) -> [StreamAction] {
    guard let nextDeadline, now >= nextDeadline else { return [] }
    if case .draining = phase {
      close(.goingAway, "the server stops")
    } else {
      close(.timeout, "no token in time")
    }
    return takeActions()
  }

  /// The transport or the WebSocket is over.
  public mutating func transportClosed() -> [StreamAction] {
    guard phase != .closed else { return [] }
    phase = .closed
    stopAll()
    return takeActions()
  }

  // MARK: - The owner's answers

  /// The token of a request is good.
  public mutating func authenticated(_ request: Int64, name: String) -> [StreamAction] {
    guard pending[request] == .authenticate else { return [] }
    pending[request] = nil
    if case .awaitingToken = phase { phase = .open }
    send(StreamMessages.done(request) { $0.member("name", name) })
    return takeActions()
  }

  /// A subscription begins: its events may be sent from now on.
  public mutating func subscribed(
    _ request: Int64, _ answer: StreamSubscribed
  ) -> [StreamAction] {
    guard case .subscribe(let number)? = pending[request] else { return [] }
    pending[request] = nil
    subscriptions[number] = true
    send(StreamMessages.subscribed(request, number, answer))
    return takeActions()
  }

  /// A subscription has these intervals from now on.
  public mutating func updated(
    _ request: Int64, rateNanos: UInt64?, flushNanos: UInt64
  ) -> [StreamAction] {
    guard case .update(let number)? = pending[request] else { return [] }
    pending[request] = nil
    send(
      StreamMessages.done(request) { json in
        json.member("sub", number)
        StreamMessages.intervals(rateNanos ?? 0, flushNanos, rateNanos != nil, &json)
      })
    return takeActions()
  }

  /// Where the log is, for a ping.
  public mutating func pinged(
    _ request: Int64, epoch: UInt64, next: UInt64, timeNanos: Int64
  ) -> [StreamAction] {
    guard pending[request] == .ping else { return [] }
    pending[request] = nil
    send(
      StreamMessages.done(request) { json in
        json.member("epoch", String(epoch))
        json.member("next", next)
        json.member("t", Timestamp(nanoseconds: timeNanos).description)
      })
    return takeActions()
  }

  /// A request that waits for an answer cannot be done.
  public mutating func refused(_ request: Int64, _ error: StreamError) -> [StreamAction] {
    guard let waiting = pending[request] else { return [] }
    pending[request] = nil
    if case .subscribe(let number) = waiting { subscriptions[number] = nil }
    var error = error
    error.request = request
    send(StreamMessages.failed(error))
    // Also where none is needed: who shows a token wants to be known by it.
    if waiting == .authenticate, error.code == .unauthenticated || isAwaitingToken {
      close(.unauthenticated, error.message)
    }
    closeIfDrained()
    return takeActions()
  }

  /// The server ends a subscription that runs, such as one that fell behind.
  public mutating func ended(_ subscription: UInt32, _ error: StreamError) -> [StreamAction] {
    guard subscriptions[subscription] == true else { return [] }
    subscriptions[subscription] = nil
    send(StreamMessages.ended(subscription, error))
    actions.append(.stop(subscription: subscription))
    closeIfDrained()
    return takeActions()
  }

  /// Asks the client to go elsewhere, and closes when its subscriptions have ended or time is up.
  public mutating func shutDown(
    _ text: String, reconnectNanos: UInt64, now: Int64
  ) -> [StreamAction] {
    switch phase {
    case .closed, .draining: return []
    case .awaitingToken, .open: break
    }
    send(StreamMessages.goAway(text, reconnectNanos: reconnectNanos))
    phase = .draining(deadline: Self.sum(now, limits.drainNanos))
    closeIfDrained()
    return takeActions()
  }

  /// Closes at once.
  public mutating func abort(_ code: WebSocketCloseCode, _ reason: String) -> [StreamAction] {
    guard phase != .closed else { return [] }
    close(code, reason)
    return takeActions()
  }

  // MARK: - Requests

  private mutating func handle(_ request: StreamRequest) {
    func refusal(_ code: StreamCode, _ message: String, hint: String = "") -> StreamError {
      var error = StreamError(code, message, hint: hint)
      error.request = request.id
      return error
    }
    guard pending[request.id] == nil else {
      return fail(refusal(.alreadyExists, "request \(request.id) has not been answered yet"))
    }
    guard pending.count < limits.pendingRequests else {
      return fail(
        refusal(
          .resourceExhausted, "more than \(limits.pendingRequests) requests without an answer",
          hint: "wait for answers"))
    }
    if case .awaitingToken = phase {
      switch request.operation {
      case .hello, .authenticate: break
      default:
        return fail(
          refusal(
            .unauthenticated, "this server wants a token first",
            hint: "send {\"id\":1,\"op\":\"authenticate\",\"token\":\"…\"}"))
      }
    }
    faults = 0
    switch request.operation {
    case .ping:
      pending[request.id] = .ping
      actions.append(.ping(request: request.id))
    case .hello(let client, let token):
      clientName = client
      guard let token else { return send(StreamMessages.done(request.id)) }
      pending[request.id] = .authenticate
      actions.append(.authenticate(request: request.id, token: token))
    case .authenticate(let token):
      pending[request.id] = .authenticate
      actions.append(.authenticate(request: request.id, token: token))
    case .subscribe(let wish):
      let error = subscribe(request.id, wish) { refusal($0, $1, hint: $2) }
      if let error { fail(error) }
    case .update(let update):
      guard subscriptions[update.subscription] == true else {
        return fail(refusal(.notFound, Self.notThere(update.subscription)))
      }
      pending[request.id] = .update(update.subscription)
      actions.append(.update(request: request.id, update))
    case .unsubscribe(let numbers):
      if let missing = numbers.first(where: { subscriptions[$0] != true }) {
        return fail(refusal(.notFound, Self.notThere(missing)))
      }
      for number in numbers where subscriptions.removeValue(forKey: number) != nil {
        actions.append(.stop(subscription: number))
      }
      send(StreamMessages.done(request.id))
      closeIfDrained()
    }
  }

  private static func notThere(_ subscription: UInt32) -> String {
    "there is no subscription \(subscription)"
  }

  private mutating func subscribe(
    _ request: Int64, _ wish: StreamSubscribe,
    _ refusal: (StreamCode, String, String) -> StreamError
  ) -> StreamError? {
    if case .draining = phase {
      return refusal(.unavailable, "the server stops", "connect again")
    }
    guard subscriptions.count < limits.subscriptions else {
      return refusal(
        .resourceExhausted, "more than \(limits.subscriptions) subscriptions on one connection",
        "a subscription takes up to \(StreamSubscribe.subjectsMax) subjects")
    }
    let number = wish.subscription ?? freeNumber()
    guard subscriptions[number] == nil else {
      return refusal(
        .alreadyExists, "there is a subscription \(number) already",
        "choose another number, or leave \"sub\" out")
    }
    subscriptions[number] = false
    pending[request] = .subscribe(number)
    actions.append(.subscribe(request: request, subscription: number, wish))
    return nil
  }

  private func freeNumber() -> UInt32 {
    var number: UInt32 = 1
    while subscriptions[number] != nil { number += 1 }
    return number
  }

  private mutating func refuseByPace(_ text: RawSpan) -> [StreamAction] {
    excess += 1
    guard excess <= limits.faults else {
      close(.tooManyRequests, "more than \(limits.requestsPerSecond) requests a second")
      return takeActions()
    }
    // The id is worth reading: who waits for an answer should get one.
    var error = StreamError(
      .resourceExhausted, "more than \(limits.requestsPerSecond) requests a second",
      hint: "name many subjects in one request")
    if text.byteCount <= 4096, case .success(let request) = StreamRequest.parse(text) {
      error.request = request.id
    }
    send(StreamMessages.failed(error))
    return takeActions()
  }

  private mutating func fail(_ error: StreamError) {
    send(StreamMessages.failed(error))
    faults += 1
    if faults > limits.faults { close(.badRequests, "too many bad requests") }
  }

  // MARK: - Ends

  private mutating func closeIfDrained() {
    guard case .draining = phase, subscriptions.isEmpty else { return }
    close(.goingAway, "the server stops")
  }

  private mutating func close(_ code: WebSocketCloseCode, _ reason: String) {
    guard phase != .closed else { return }
    phase = .closed
    stopAll()
    actions.append(.close(code, reason: reason))
  }

  private mutating func stopAll() {
    for number in subscriptions.keys.sorted() { actions.append(.stop(subscription: number)) }
    subscriptions.removeAll()
    pending.removeAll()
  }

  private mutating func send(_ text: [UInt8]) {
    guard phase != .closed else { return }
    actions.append(.send(text))
  }

  private mutating func takeActions() -> [StreamAction] {
    defer { actions = [] }
    return actions
  }

  private static func sum(_ time: Int64, _ nanos: Int64) -> Int64 {
    let (sum, overflow) = time.addingReportingOverflow(nanos)
    return overflow ? .max : sum
  }
}
