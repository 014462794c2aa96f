internal import EngineCore
internal import Fanout
internal import NIOCore
internal import WebProtocol

/// Speaks one of the other systems' grammars with a client.
final class DialectSession: WebSocketService {
  /// Closed as there is no such ticker.
  static let notFound = WebSocketCloseCode(rawValue: 4004)
  /// Messages that wait for a client that wants all of them.
  static let queueMax = 4096
  static let instrumentsMax = 4096

  let grammar: DialectGrammar
  private(set) var instruments: Set<InstrumentID> = []
  private let client: WebSocketClient
  private let feed: DialectFeed
  private let grant: Access.Grant
  /// The ticker that the path names.
  private let ticker: String?
  /// Messages that the socket did not take: all of them, or the newest of each instrument.
  private var queue: [[UInt8]] = []
  private var newest: [InstrumentID: [UInt8]] = [:]
  /// What a message asks for, carried out when its bytes are gone.
  private var wish: DialectGrammar.Wish?
  private var readable: [String: Bool] = [:]

  init(
    _ client: WebSocketClient, _ grammar: DialectGrammar, feed: DialectFeed, grant: Access.Grant,
    ticker: String? = nil
  ) {
    self.client = client
    self.grammar = grammar
    self.feed = feed
    self.grant = grant
    self.ticker = ticker
  }

  var dialect: String { grammar.name }

  func opened() {
    feed.add(self)
    guard let ticker else { return }
    guard let id = feed.catalog.instrument(key: ticker), mayRead(ticker) else {
      client.send(frame: grammar.failure("Ticker \(ticker) not found"))
      return client.close(Self.notFound, "Ticker not found")
    }
    subscribe(id)
  }

  func mayRead(_ key: String) -> Bool {
    if let known = readable[key] { return known }
    let may = grant.maySubscribe(SubjectPattern([.name("trade"), .name(key)]))
    if readable.count < Self.instrumentsMax { readable[key] = may }
    return may
  }

  // MARK: In

  func take(_ kind: WebSocketMessage.Kind, _ payload: RawSpan, now: Int64) {
    guard let message = try? JSONReader(depthMaximum: 16).read(payload.copy()) else {
      wish = .wrong("expected JSON")
      return
    }
    wish = grammar.wish(message)
  }

  func settle() {
    let wish = wish
    self.wish = nil
    switch wish {
    case .subscribe(let names): change(names, isSubscribed: true)
    case .unsubscribe(let names): change(names, isSubscribed: false)
    case .wrong(let text): client.send(frame: grammar.failure(text))
    case nil: break
    }
  }

  private func change(_ names: [String], isSubscribed: Bool) {
    var known: [String] = []
    var unknown: [String] = []
    for name in names {
      guard let id = feed.catalog.instrument(key: name), mayRead(name),
        !isSubscribed || instruments.count < Self.instrumentsMax
      else {
        unknown.append(name)
        continue
      }
      known.append(name)
      if isSubscribed {
        subscribe(id)
      } else {
        instruments.remove(id)
        newest[id] = nil
        feed.unsubscribe(self, id)
      }
    }
    if !known.isEmpty {
      client.send(frame: grammar.confirmation(known, isSubscribed: isSubscribed))
    }
    for name in unknown {
      client.send(frame: grammar.failure("there is no instrument \"\(name)\""))
    }
  }

  private func subscribe(_ id: InstrumentID) {
    instruments.insert(id)
    feed.subscribe(self, id)
  }

  // MARK: Out

  /// Takes a message: it is sent with the next `flush`, or when the socket takes it.
  func tell(_ frame: [UInt8], of instrument: InstrumentID) {
    if client.isWritable, queue.isEmpty, newest.isEmpty { return send(frame) }
    guard grammar.wantsAll else {
      newest[instrument] = frame
      return
    }
    guard queue.count < Self.queueMax else {
      return client.close(.slowReader, "more than \(Self.queueMax) ticks wait")
    }
    queue.append(frame)
  }

  /// Sends what the socket takes.
  func flush() {
    var sent = 0
    while sent < queue.count, client.isWritable {
      send(queue[sent])
      sent += 1
    }
    queue.removeFirst(sent)
    while client.isWritable, let next = newest.popFirst() { send(next.value) }
    client.flushSocket()
  }

  private func send(_ frame: [UInt8]) { client.write(frame: ByteBuffer(bytes: frame)) }

  func writabilityChanged() { if client.isWritable { flush() } }
  func timePassed(now: Int64) {}
  func shutDown(now: Int64) { client.close(.goingAway, "the server stops") }
  func drain() {}
  func ended() { feed.remove(self) }
}
