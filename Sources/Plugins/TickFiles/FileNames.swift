internal import DBNFiles
package import EngineCore

/// Gives ids to what a file names. Files of what there is no use for here are refused.
package struct FileNames {
  /// Gives the instrument of a symbol that is new.
  package var instrument: (String) -> InstrumentID
  /// Gives the id of a spec of bars; nil when there are too many. Nil where bars are not read.
  package var spec: ((BarSpec) -> SpecID?)?
  /// Takes what a file tells of an instrument. Nil where definitions are not read.
  package var learn: ((InstrumentFacts) -> Void)?

  package init(
    instrument: @escaping (String) -> InstrumentID, spec: ((BarSpec) -> SpecID?)? = nil,
    learn: ((InstrumentFacts) -> Void)? = nil
  ) {
    self.instrument = instrument
    self.spec = spec
    self.learn = learn
  }

  /// Schemas of Databento's encoding that are read.
  var schemas: [DBNSchema] {
    DBNSchema.allCases.filter { schema in
      schema.hasTrades || schema.hasQuotes || (schema.hasBars && spec != nil)
        || (schema == .definition && learn != nil)
    }
  }
}

/// What a file tells of an instrument.
package struct InstrumentFacts: Equatable, Sendable {
  package var symbol: String
  /// Nil when it is not told, as the currency.
  package var increment: Price?
  package var currency: String?

  package init(symbol: String, increment: Price?, currency: String?) {
    self.symbol = symbol
    self.increment = increment
    self.currency = currency
  }
}
