/// Patterns made ready for events: what to ask the bus for, and what exactly to keep of it.
public struct SubjectFilter: Sendable {
  /// A superset of what matches, cheap to test.
  public let interest: Interest
  /// Patterns that match nothing known now, with the nearest known name where there is one.
  public let unknown: [Unknown]
  private let exact: [Interest]
  /// Patterns over kinds whose second token is no instrument.
  private let named: [SubjectPattern]
  private let catalog: Catalog

  /// A pattern that names something that does not exist.
  public struct Unknown: Sendable, CustomStringConvertible {
    public var pattern: SubjectPattern
    public var name: String
    public var namespace: String
    public var nearest: String?

    public var description: String {
      "\(pattern) matches nothing: there is no \(namespace) \"\(name)\""
        + (nearest.map { "; did you mean \"\($0)\"?" } ?? "")
    }
  }

  private static let instrumentKinds: Set<EventKind> = [.trade, .quote, .bar, .correction]

  /// Kinds with an instrument whose subjects are as long as the pattern: bars have three tokens,
  /// the others two.
  private static func marketKinds(of pattern: SubjectPattern) -> Set<EventKind> {
    let kinds = pattern.kinds.intersection(instrumentKinds)
    switch pattern.tokens.count {
    case ...2: return kinds
    case 3: return kinds.intersection([.bar])
    default: return []
    }
  }

  public init(_ patterns: [SubjectPattern], catalog: Catalog) {
    var exact: [Interest] = []
    var named: [SubjectPattern] = []
    var unknown: [Unknown] = []
    for pattern in patterns {
      let kinds = pattern.kinds
      let market = Self.marketKinds(of: pattern)
      if !market.isEmpty {
        Self.resolve(pattern, kinds: market, catalog, into: &exact, unknown: &unknown)
      }
      if !kinds.isSubset(of: Self.instrumentKinds) { named.append(pattern) }
    }
    let merged = Self.merged(exact)
    self.exact = merged
    self.named = named
    self.unknown = unknown
    self.catalog = catalog
    let otherKinds = named.reduce(into: Set<EventKind>()) {
      $0.formUnion($1.kinds.subtracting(Self.instrumentKinds))
    }
    let others = otherKinds.isEmpty ? [] : [Interest(kinds: otherKinds)]
    interest =
      merged.count == 1 && others.isEmpty ? merged[0] : Interest(unionOf: merged + others)
  }

  /// As few interests as say the same: a long list of subjects is asked like a short one, and takes
  /// no more memory.
  private static func merged(_ interests: [Interest]) -> [Interest] {
    var instruments: [Interest] = []
    for interest in interests {
      let isTaken = instruments.indices.contains { instruments[$0].absorbInstruments(of: interest) }
      if !isTaken { instruments.append(interest) }
    }
    var merged: [Interest] = []
    for interest in instruments {
      let isTaken = merged.indices.contains { merged[$0].absorbKinds(of: interest) }
      if !isTaken { merged.append(interest) }
    }
    return merged
  }

  private static func resolve(
    _ pattern: SubjectPattern, kinds: Set<EventKind>, _ catalog: Catalog,
    into exact: inout [Interest], unknown: inout [Unknown]
  ) {
    var instruments: [InstrumentID]?
    var specs: [SpecID]?
    if pattern.tokens.count > 1, case .name(let key) = pattern.tokens[1] {
      guard let id = catalog.instrument(key: key) else {
        // `*.X` may still mean something that is no instrument.
        if pattern.tokens.first != .any {
          unknown.append(
            Unknown(
              pattern: pattern, name: key, namespace: "instrument",
              nearest: nearest(to: key, in: .instrument, catalog, behind: unknown.count)))
        }
        return
      }
      instruments = [id]
    }
    if pattern.tokens.count > 2, case .name(let spec) = pattern.tokens[2] {
      // A spec may be written in more ways than one: `60000000n` is `60e6n`.
      let shortest = (try? BarSpec(parsing: spec))?.description
      guard
        let id = catalog.id(of: spec, in: .spec)
          ?? shortest.flatMap({ catalog.id(of: $0, in: .spec) })
      else {
        unknown.append(
          Unknown(
            pattern: pattern, name: spec, namespace: "bar spec",
            nearest: nearest(to: spec, in: .spec, catalog, behind: unknown.count)))
        return
      }
      specs = [SpecID(UInt16(id))]
      exact.append(Interest(kinds: [.bar], instruments: instruments, specs: specs))
      return
    }
    exact.append(Interest(kinds: kinds, instruments: instruments, specs: specs))
  }

  /// Of so many names the nearest known ones are looked for: each is compared with all there are,
  /// and a list of a thousand wrong ones would take a second of whoever serves everybody.
  private static let suggestionsMax = 4

  private static func nearest(
    to name: String, in namespace: DefinitionNamespace, _ catalog: Catalog, behind others: Int
  ) -> String? {
    others < suggestionsMax ? Spelling.nearest(to: name, in: catalog.names(in: namespace)) : nil
  }

  /// Which instruments' events of a kind may match.
  public enum Coverage: Sendable, Equatable {
    case none
    case all
    case some([InstrumentID])
  }

  /// Which instruments' trades, quotes, bars or corrections match; of bars, those of some spec.
  public func coverage(of kind: EventKind) -> Coverage {
    var ids: Set<UInt32> = []
    for interest in exact where interest.kindMask >> UInt32(kind.rawValue) & 1 != 0 {
      guard let instruments = interest.instruments else { return .all }
      ids.formUnion(instruments.ids)
    }
    return ids.isEmpty ? .none : .some(ids.sorted().map { InstrumentID($0) })
  }

  /// Whether it matches only bars of some specs.
  public var narrowsSpecs: Bool { exact.contains { $0.specs != nil } }

  /// Whether one of the patterns matches the event.
  public func matches(_ event: Event) -> Bool {
    if exact.contains(where: { $0.matches(event) }) { return true }
    guard !named.isEmpty, !Self.instrumentKinds.contains(event.kind) else { return false }
    let subject = Subject(of: event, in: catalog)
    return named.contains { $0.matches(subject) }
  }
}
