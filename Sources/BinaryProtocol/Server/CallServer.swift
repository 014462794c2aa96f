/// Serves calls on any number of connections, up to a limit.
public actor CallServer {
  /// What every connection of a server shares.
  struct Settings: Sendable {
    var identity: ServerIdentity
    var router: CallRouter
    var limits: ConnectionLimits
    var clock: any ConnectionClock
  }

  private let settings: Settings
  private let maxConnections: Int
  private var sessions: [UInt64: ServerSession] = [:]
  private var nextID: UInt64 = 1
  private var stopText: String?
  private var idle: [CheckedContinuation<Void, Never>] = []
  private var counted = ServerCounters()

  /// A server with the methods of a router.
  public init(
    identity: ServerIdentity, router: CallRouter, limits: ConnectionLimits = ConnectionLimits(),
    maxConnections: Int = 64, clock: any ConnectionClock
  ) {
    settings = Settings(identity: identity, router: router, limits: limits, clock: clock)
    self.maxConnections = maxConnections
  }

  /// Serves one connection; returns when it has ended, with the reason.
  @discardableResult
  public func serve(_ transport: any ByteTransport, peer: PeerIdentity) async -> CloseReason {
    if let stopText { return refuse(transport, CloseReason(.shutDown, stopText)) }
    guard sessions.count < maxConnections else {
      return refuse(
        transport, CloseReason(.limitExceeded, "more than \(maxConnections) connections"))
    }
    let id = nextID
    nextID += 1
    counted.opened += 1
    let session = ServerSession(id: id, transport: transport, peer: peer, server: settings)
    sessions[id] = session
    let reason = await session.run()
    sessions[id] = nil
    counted.closed[reason.code, default: 0] += 1
    if sessions.isEmpty {
      for waiter in idle { waiter.resume() }
      idle = []
    }
    return reason
  }

  /// Turns a connection away with a GOAWAY that says why, and counts it.
  @discardableResult
  public func refuse(_ transport: any ByteTransport, _ reason: CloseReason) -> CloseReason {
    counted.refused += 1
    let notice = GoAway(lastStreamID: 0, code: reason.code.rawValue, text: reason.text)
    _ = transport.send(FrameEncoder.encode(.goAway(notice)))
    transport.close(flushing: true)
    return reason
  }

  /// Sends GOAWAY to all, lets their calls end within the drain time, and returns when all are
  /// closed.
  public func shutDown(_ text: String) async {
    stopText = text
    for session in sessions.values { await session.shutDown(text) }
    while !sessions.isEmpty {
      await withCheckedContinuation { idle.append($0) }
    }
  }

  /// Cuts one connection, as `connections` numbers it; false when there is none.
  public func disconnect(_ id: UInt64, _ text: String) async -> Bool {
    guard let session = sessions[id] else { return false }
    await session.abort(CloseReason(.shutDown, text))
    return true
  }

  /// The connections that are open now, oldest first.
  public func connections() async -> [ConnectionSummary] {
    var list: [ConnectionSummary] = []
    for (_, session) in sessions.sorted(by: { $0.key < $1.key }) {
      list.append(await session.describe())
    }
    return list
  }

  /// What was counted so far.
  public func counters() -> ServerCounters { counted }
}
