import EngineCore
import Testing

@Suite("Corrections")
struct CorrectionTests {
  private static func correction(to price: Price, _ size: Quantity) -> Correction {
    Correction(
      target: 41, instrument: InstrumentID(3), oldTime: Timestamp(nanoseconds: 5),
      oldPrice: Price(raw: 7), oldSize: Quantity(raw: 8), newPrice: price, newSize: size,
      source: SourceID(9))
  }

  private static var trade: Trade {
    Trade(
      instrument: InstrumentID(3), price: Price(raw: 7), size: Quantity(raw: 8), side: .sell,
      eventTime: Timestamp(nanoseconds: 5), receiveTime: Timestamp(nanoseconds: 6),
      venueSequence: 77, source: SourceID(2), flags: [.replayed])
  }

  @Test("a corrected trade has the new price and size, and all else as it was")
  func replaced() throws {
    var event = Event(Self.trade)
    event.sequence = 41
    let found = try #require(
      Self.correction(to: Price(raw: -10), Quantity(raw: 20)).applied(to: event))
    var wanted = Self.trade
    wanted.price = Price(raw: -10)
    wanted.size = Quantity(raw: 20)
    var expected = Event(wanted)
    expected.sequence = 41
    #expect(found == expected && found != event)
    let sizeless = Self.correction(to: Price(raw: 1), .undefined).applied(to: event)
    #expect(sizeless?.trade.size.isDefined == false)
  }

  @Test("a cancelled trade is none")
  func cancelled() {
    let event = Event(Self.trade)
    #expect(Self.correction(to: .undefined, Quantity(raw: 1)).applied(to: event) == nil)
  }
}
