internal import EngineCore

/// Which events a tick makes.
enum Emission: String, CaseIterable, Sendable {
  case trades
  case quotes
  /// A quote, then a trade at its bid or ask.
  case both

  /// Events a tick.
  var count: Int { self == .both ? 2 : 1 }
}

/// The endless stream of one model over all instruments, in turn.
///
/// The values depend on the seed and the parameters alone: not on how many events are taken at a
/// time, nor on the clock. Nothing here allocates while it runs.
struct TickStream<Model: PriceModel> {
  private var models: [Model]
  private let shapes: [TickShape]
  private var random: SeededRandom
  private let normal = NormalVariates()
  private let emission: Emission
  private var sizes: SizeModel
  private let source: SourceID

  private var index = 0
  /// The second half of a tick that did not fit the last batch.
  private var pending: Trade?
  private var venueSequence: UInt64 = 0
  /// Time of the next tick when time is simulated.
  private var simulated: Cadence?

  /// Events handed out.
  private(set) var events: UInt64 = 0
  /// Ticks left out because a price or size would not fit.
  private(set) var overflows: UInt64 = 0
  /// The instrument of the last of them.
  private(set) var lastOverflow = InstrumentID.none

  /// `models` and `shapes` belong together by index and are not empty.
  init(
    models: [Model], shapes: [TickShape], random: SeededRandom, emission: Emission,
    sizes: SizeModel, simulated: Cadence?, source: SourceID
  ) {
    precondition(!models.isEmpty && models.count == shapes.count, "one model an instrument")
    self.models = models
    self.shapes = shapes
    self.random = random
    self.emission = emission
    self.sizes = sizes
    self.simulated = simulated
    self.source = source
  }

  /// Whether the second half of a tick waits for room.
  var hasPending: Bool { pending != nil }

  /// Changes every model, from the next tick on.
  ///
  /// - Parameters:
  ///   - step: how simulated time goes on from where it is, when it is simulated.
  ///   - body: the model, its instrument and its index.
  mutating func update(step: Cadence?, _ body: (inout Model, TickShape, Int) -> Void) {
    if let next = simulated?.next, var step {
      step.restart(at: next)
      simulated = step
    }
    for index in models.indices { body(&models[index], shapes[index], index) }
  }

  /// Publishes at most `room` events of at most `ticks` ticks.
  ///
  /// - Parameter now: what events are stamped with, unless time is simulated.
  /// - Returns: the number of ticks begun; at least one of the limits is reached on return.
  mutating func fill<Receiver: TickReceiver & ~Copyable>(
    _ output: inout Receiver, room: Int, ticks: Int, now: Timestamp
  ) -> Int {
    var room = room
    var begun = 0
    if room > 0, let trade = pending {
      output.take(Event(trade))
      pending = nil
      room -= 1
      events += 1
    }
    while room > 0, begun < ticks {
      begun += 1
      var time = now
      if simulated != nil {
        time = Timestamp(nanoseconds: simulated?.next ?? 0)
        simulated?.advance()
      }
      let current = index
      index = index &+ 1 == models.count ? 0 : index &+ 1
      let before = models[current]
      guard let tick = tick(current, time: time) else {
        // Attempts use up room as well, so that a call ends even when nothing fits any more.
        models[current] = before
        overflows += 1
        lastOverflow = shapes[current].instrument
        room -= 1
        continue
      }
      if let quote = tick.quote {
        output.take(Event(quote))
        room -= 1
        events += 1
      }
      guard let trade = tick.trade else { continue }
      if room > 0 {
        output.take(Event(trade))
        room -= 1
        events += 1
      } else {
        pending = trade
      }
    }
    return begun
  }

  /// One tick of one instrument; nil when a number does not fit.
  @inline(__always)
  private mutating func tick(_ current: Int, time: Timestamp) -> (quote: Quote?, trade: Trade?)? {
    let shape = shapes[current]
    guard let middle = models[current].step(&random, normal) else { return nil }
    // The largest number first: when the ask fits, so do the others.
    let (ask, first) = middle.addingReportingOverflow(shape.above)
    let (askRaw, second) = ask.multipliedReportingOverflow(by: shape.increment)
    if first || second { return nil }
    let bidRaw = max(middle &- shape.below, 1) &* shape.increment
    let factor = sizes.factor(at: time.nanoseconds)
    var quote: Quote?
    if emission != .trades {
      guard let bidSize = size(shape, factor), let askSize = size(shape, factor) else { return nil }
      quote = Quote(
        instrument: shape.instrument, bid: Price(raw: bidRaw), ask: Price(raw: askRaw),
        bidSize: bidSize, askSize: askSize, eventTime: time, receiveTime: time, source: source,
        flags: .simulated)
    }
    guard emission != .quotes else { return (quote, nil) }
    let side: AggressorSide = random.next() & (1 << 63) == 0 ? .buy : .sell
    guard let size = size(shape, factor) else { return nil }
    let price =
      emission == .trades ? middle &* shape.increment : side == .buy ? askRaw : bidRaw
    venueSequence &+= 1
    let trade = Trade(
      instrument: shape.instrument, price: Price(raw: price), size: size, side: side,
      eventTime: time, receiveTime: time, venueSequence: venueSequence, source: source,
      flags: .simulated)
    return (quote, trade)
  }

  @inline(__always)
  private mutating func size(_ shape: TickShape, _ factor: Double) -> Quantity? {
    guard sizes.isOn else { return .undefined }
    guard let units = sizes.next(median: shape.medianSize, factor: factor, &random, normal)
    else { return nil }
    let (raw, overflow) = units.multipliedReportingOverflow(by: shape.sizeUnit)
    return overflow ? nil : Quantity(raw: raw)
  }
}
