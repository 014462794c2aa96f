internal import EngineCore

/// Makes streams out of settings.
struct GeneratorPlan {
  let settings: GeneratorSettings
  /// In the order of the settings' instruments.
  private let ids: [InstrumentID]

  /// Defines the instruments.
  init(_ settings: GeneratorSettings, catalog: Catalog) {
    self.settings = settings
    ids = settings.instruments.map { item in
      let precision = item.pricePrecision ?? settings.pricePrecision
      return catalog.define(
        Instrument(
          symbol: item.symbol, venue: item.venue, name: item.name, pricePrecision: precision,
          sizePrecision: item.sizePrecision ?? settings.sizePrecision,
          increment: Price(raw: Self.step(precision)), currency: item.currency,
          calendar: item.calendar))
    }
  }

  /// The same instruments with other settings.
  private init(_ settings: GeneratorSettings, ids: [InstrumentID]) {
    self.settings = settings
    self.ids = ids
  }

  /// The plan with settings that differ in pace or model parameters only.
  func with(_ settings: GeneratorSettings) -> GeneratorPlan {
    GeneratorPlan(settings, ids: ids)
  }

  /// A new stream, from its first event on.
  func stream(seed: UInt64, source: SourceID) -> AnyTickStream {
    var random = SeededRandom(seed: seed)
    let shapes = settings.instruments.indices.map { shape($0) }
    let prices = settings.instruments.indices.map { initialPrice($0, &random) }
    let initial = prices.indices.map { Double(prices[$0]) / Double(shapes[$0].increment) }
    func make<Model: PriceModel>(_ model: (Int) -> Model) -> AnyTickStream.Box<Model> {
      AnyTickStream.Box(
        TickStream(
          models: shapes.indices.map(model), shapes: shapes, random: random,
          emission: settings.emission, sizes: settings.sizes,
          simulated: settings.time == .simulated ? simulated(from: settings.start) : nil,
          source: source))
    }
    switch settings.model {
    case .randomWalk:
      return .randomWalk(
        make { index in
          RandomWalk(
            price: prices[index] / shapes[index].increment, reach: reach(index, shapes[index]))
        })
    case .gbm:
      return .brownian(
        make { index in
          GeometricBrownianMotion(
            price: initial[index], parameters: brownian(index), stepNanos: settings.stepNanos)
        })
    case .meanReverting:
      return .meanReversion(
        make { index in
          MeanReversion(
            price: initial[index], mean: mean(index, shapes[index]) ?? initial[index],
            parameters: reversion(index), stepNanos: settings.stepNanos)
        })
    }
  }

  /// Gives a running stream this plan's parameters, from its next tick on.
  func update(_ stream: AnyTickStream) {
    let step = settings.stepNanos
    let cadence = settings.time == .simulated ? simulated(from: 0) : nil
    switch stream {
    case .randomWalk(let box):
      box.stream.update(step: cadence) { $0.setReach(reach($2, $1)) }
    case .brownian(let box):
      box.stream.update(step: cadence) { $0.update(brownian($2), stepNanos: step) }
    case .meanReversion(let box):
      box.stream.update(step: cadence) { $0.update(reversion($2), stepNanos: step) }
    }
  }

  /// Simulated time goes on by one step while every instrument ticks once.
  private func simulated(from start: Int64) -> Cadence {
    Cadence(start: start, nanos: settings.stepNanos, ticks: Int64(settings.instruments.count))
  }

  private func shape(_ index: Int) -> TickShape {
    let item = settings.instruments[index]
    let increment = Self.step(item.pricePrecision ?? settings.pricePrecision)
    let sizeUnit = Self.step(item.sizePrecision ?? settings.sizePrecision)
    let spread = (item.spread ?? settings.spread).map { $0 / increment } ?? 2
    return TickShape(
      instrument: ids[index], increment: increment, spread: spread, sizeUnit: sizeUnit,
      medianSize: Double(item.medianSize ?? settings.medianSize) / Double(sizeUnit))
  }

  private func initialPrice(_ index: Int, _ random: inout SeededRandom) -> Int64 {
    if let initial = settings.instruments[index].initial { return initial }
    let width = UInt64(settings.initialMax - settings.initialMin) + 1
    return settings.initialMin + Int64(random.next().multipliedFullWidth(by: width).high)
  }

  private func reach(_ index: Int, _ shape: TickShape) -> Int64 {
    (settings.instruments[index].changeRange ?? settings.changeRange) / shape.increment
  }

  private func mean(_ index: Int, _ shape: TickShape) -> Double? {
    (settings.instruments[index].mean ?? settings.mean).map {
      Double($0) / Double(shape.increment)
    }
  }

  private func brownian(_ index: Int) -> GeometricBrownianMotion.Parameters {
    let item = settings.instruments[index]
    var parameters = settings.brownian
    parameters.drift = item.drift ?? parameters.drift
    parameters.volatility = item.volatility ?? parameters.volatility
    return parameters
  }

  private func reversion(_ index: Int) -> MeanReversion.Parameters {
    let item = settings.instruments[index]
    return MeanReversion.Parameters(
      speed: item.speed ?? settings.reversionSpeed,
      volatility: item.volatility ?? settings.brownian.volatility)
  }

  /// One unit of the last decimal, in 10⁻⁹.
  private static func step(_ precision: Int) -> Int64 {
    (precision..<9).reduce(1) { step, _ in step * 10 }
  }
}
