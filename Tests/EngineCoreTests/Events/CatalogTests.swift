import Support
import Synchronization
import Testing

@testable import EngineCore

@Suite("Catalog", .timeLimit(.minutes(1)))
struct CatalogTests {
  @Test("an id keeps its meaning, and a name its id")
  func stable() {
    let catalog = Catalog()
    let first = catalog.define(Instrument(symbol: "A", pricePrecision: 5))
    let second = catalog.define(Instrument(symbol: "A", venue: "X"))
    #expect(catalog.define(Instrument(symbol: "A", pricePrecision: 1)) == first)
    #expect(first != second && catalog.instrument(key: "A@X") == second)
    #expect(catalog.instrument(first)?.pricePrecision == 5, "the first definition holds")
    #expect(catalog.source("A") == catalog.source("A") && catalog.spec("1m") == catalog.spec("1m"))
    #expect(catalog.rule("r")?.raw == 1 && catalog.names(in: .rule) == ["r"])
    let text = catalog.intern("A")
    #expect(catalog.intern("A") == text && catalog.text(text) == "A")
    #expect(catalog.intern("") == .none && catalog.text(.none) == nil)
    #expect(catalog.instrument(.none) == nil && catalog.instrument(InstrumentID(3)) == nil)
    let count = catalog.definitionCount.load(ordering: .relaxed)
    #expect(catalog.definitions(from: 0, atMost: 100).count == count)
    #expect(catalog.definitions(from: count, atMost: 100).isEmpty)
    #expect(catalog.definitions(from: 1, atMost: 2).map(\.namespace) == [.instrument, .source])
  }

  @Test("texts are cut, and no more sources are defined than ids there are")
  func limits() {
    let catalog = Catalog()
    #expect(catalog.text(catalog.intern(String(repeating: "x", count: 600)))?.count == 512)
    for number in 0..<65_535 { #expect(catalog.source("s\(number)") != nil) }
    #expect(catalog.source("one too many") == nil && catalog.source("s5") == SourceID(6))
  }

  @Test("an instrument that is recalled has its id, and who defines it next knows better")
  func recall() {
    let catalog = Catalog()
    let known = catalog.define(Instrument(symbol: "A", pricePrecision: 4))
    #expect(catalog.recall(Instrument(symbol: "A", pricePrecision: 1)) == known)
    #expect(catalog.instrument(known)?.pricePrecision == 4)
    let recalled = catalog.recall(Instrument(symbol: "B", pricePrecision: 1))
    #expect(catalog.instrument(recalled)?.pricePrecision == 1)
    #expect(catalog.define(Instrument(symbol: "B", pricePrecision: 6)) == recalled)
    #expect(catalog.instrument(recalled)?.pricePrecision == 6)
    catalog.define(Instrument(symbol: "B", pricePrecision: 2))
    #expect(catalog.instrument(recalled)?.pricePrecision == 6)
  }

  @Test("what a source tells of an instrument is taken over, and what it does not tell stays")
  func refine() {
    let catalog = Catalog()
    let id = catalog.define(Instrument(symbol: "A", venue: "X", name: "the A", calendar: "XNYS"))
    let count = catalog.definitionCount.load(ordering: .relaxed)
    catalog.refine(id, increment: Price(raw: 250_000_000), currency: "USD")
    catalog.refine(id)
    catalog.refine(id, increment: .zero)
    catalog.refine(.none, currency: "EUR")
    catalog.refine(InstrumentID(2), currency: "EUR")
    #expect(
      catalog.instruments() == [
        Instrument(
          symbol: "A", venue: "X", name: "the A", pricePrecision: 2,
          increment: Price(raw: 250_000_000), currency: "USD", calendar: "XNYS")
      ])
    for (raw, decimals) in [(1, 9), (12_500_000_000, 1), (3_000_000_000, 0), (7_812_500, 7)] {
      catalog.refine(id, increment: Price(raw: Int64(raw)))
      #expect(catalog.instrument(id)?.pricePrecision == decimals)
    }
    #expect(catalog.definitionCount.load(ordering: .relaxed) == count, "nothing is announced")
  }

  @Test("a text may be longer where somebody says so")
  func longTexts() {
    let catalog = Catalog()
    let text = String(repeating: "é", count: 600)
    #expect(catalog.text(catalog.intern(text, most: 2000)) == text)
    #expect(catalog.text(catalog.intern(text))?.count == 512)
  }

  @Test("threads that define at once agree on the ids, and every definition is counted")
  func concurrent() async {
    for _ in 0..<20 {
      let catalog = Catalog()
      let found = await withTaskGroup(of: [InstrumentID].self) { group in
        for start in 0..<4 {
          group.addTask {
            (0..<200).map { catalog.define(Instrument(symbol: "I\(($0 + start * 50) % 200)")) }
          }
        }
        var all: [[InstrumentID]] = []
        for await ids in group { all.append(ids) }
        return all
      }
      for ids in found { #expect(Set(ids) == Set((1...200).map { InstrumentID($0) })) }
      #expect(catalog.instrumentCount == 200)
      let count = catalog.definitionCount.load(ordering: .acquiring)
      #expect(count == 200)
      for (index, definition) in catalog.definitions(from: 0, atMost: 300).enumerated() {
        #expect(definition.id == UInt32(index + 1))
        #expect(catalog.text(definition.text) == catalog.name(definition.id, in: .instrument))
      }
    }
  }
}
