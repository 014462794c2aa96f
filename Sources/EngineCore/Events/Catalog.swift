internal import Synchronization

/// Names of everything that events refer to by number: instruments, sources, specs, rules, texts.
///
/// Append-only: an id once given keeps its meaning. Any thread may define and look up; the hot
/// path carries only ids. What is new here is announced on the bus as `definition` events before
/// the first event that can use it (see `Announcer`).
public final class Catalog: Sendable {
  private let state = Mutex(State())
  /// How many definitions exist: compared with what was announced, without a lock.
  let definitionCount = Atomic<Int>(0)

  private struct State {
    var texts: [String] = []
    var textIDs: [String: UInt32] = [:]
    var instruments: [Instrument] = []
    var instrumentIDs: [String: UInt32] = [:]
    var names: [DefinitionNamespace: [TextID]] = [:]
    var nameIDs: [DefinitionNamespace: [String: UInt32]] = [:]
    var definitions: [Definition] = []
    var announcedTexts: Set<UInt32> = []
    /// Instruments of which only the log has told so far: not all that there is to know.
    var recovered: Set<UInt32> = []

    mutating func text(_ text: String) -> TextID {
      if let id = textIDs[text] { return TextID(id) }
      texts.append(text)
      let id = UInt32(texts.count)
      textIDs[text] = id
      return TextID(id)
    }

    /// Gives a recovered name its id; false when that is not the next one.
    mutating func take(_ entry: NamedDefinition) -> Bool {
      let (definition, name) = (entry.definition, entry.name)
      switch definition.namespace {
      case .text: return announcedTexts.insert(definition.id).inserted
      case .instrument:
        guard Int(definition.id) == instruments.count + 1 else { return false }
        instruments.append(
          entry.instrument
            ?? Instrument(
              key: name, pricePrecision: Int(definition.pricePrecision),
              sizePrecision: Int(definition.sizePrecision)))
        recovered.insert(definition.id)
        instrumentIDs[name] = definition.id
      case .spec, .source, .rule:
        guard Int(definition.id) == names[definition.namespace, default: []].count + 1 else {
          return false
        }
        names[definition.namespace, default: []].append(definition.text)
        nameIDs[definition.namespace, default: [:]][name] = definition.id
      }
      return true
    }
  }

  public init() {}

  /// A catalog of its own that begins with what another one has now.
  init(copying other: Catalog) {
    let copy = other.state.withLock { $0 }
    state.withLock { $0 = copy }
    definitionCount.store(copy.definitions.count, ordering: .releasing)
  }

  /// The id of the instrument with this key, defined now if it is new. A known instrument keeps
  /// its first definition.
  @discardableResult
  public func define(_ instrument: Instrument) -> InstrumentID {
    let id = state.withLock { state in
      let key = instrument.key
      if let id = state.instrumentIDs[key] {
        if state.recovered.remove(id) != nil { state.instruments[Int(id) - 1] = instrument }
        return id
      }
      state.instruments.append(instrument)
      let id = UInt32(state.instruments.count)
      state.instrumentIDs[key] = id
      state.definitions.append(
        Definition(
          namespace: .instrument, id: id, text: state.text(key),
          pricePrecision: UInt8(clamping: instrument.pricePrecision),
          sizePrecision: UInt8(clamping: instrument.sizePrecision)))
      count(state)
      return id
    }
    return InstrumentID(id)
  }

  /// Takes over what a source tells of a known instrument: its price step, with the decimals that
  /// the step has, and its currency. What is nil stays as it is, and so does what readers were told
  /// when the instrument was defined.
  public func refine(_ id: InstrumentID, increment: Price? = nil, currency: String? = nil) {
    state.withLock { state in
      guard id.raw >= 1, id.raw <= state.instruments.count else { return }
      let index = Int(id.raw) - 1
      if let increment, increment.raw > 0 {
        state.instruments[index].increment = increment
        state.instruments[index].pricePrecision = increment.decimals
      }
      if let currency { state.instruments[index].currency = currency }
    }
  }

  /// The id of an instrument that is known from an earlier log, defined now if it is new. Who
  /// defines it next has the last word on it.
  @discardableResult
  public func recall(_ instrument: Instrument) -> InstrumentID {
    let isNew = self.instrument(key: instrument.key) == nil
    let id = define(instrument)
    if isNew { state.withLock { _ = $0.recovered.insert(id.raw) } }
    return id
  }

  /// Plain texts at most: reasons for errors could otherwise grow without end.
  public static let textsMax = 1 << 20

  /// The id of a plain text, announced as a text of its own: reasons, names of subscribers. Texts
  /// are cut at `most` characters; past `textsMax` new ones are `none`.
  public func intern(_ text: String, most: Int = 512) -> TextID {
    guard !text.isEmpty else { return .none }
    let text = text.utf8.count > most ? String(text.prefix(most)) : text
    return state.withLock { state in
      if state.texts.count >= Self.textsMax, state.textIDs[text] == nil { return .none }
      let id = state.text(text)
      if state.announcedTexts.insert(id.raw).inserted {
        state.definitions.append(Definition(namespace: .text, id: id.raw, text: id))
        count(state)
      }
      return id
    }
  }

  /// The id of a source, defined now if it is new; nil past 65,535 sources.
  public func source(_ name: String) -> SourceID? {
    define(name, in: .source, limit: UInt32(UInt16.max)).map { SourceID(UInt16($0)) }
  }

  /// The id of a bar spec, defined now if it is new; nil past 65,535 specs.
  public func spec(_ name: String) -> SpecID? {
    define(name, in: .spec, limit: UInt32(UInt16.max)).map { SpecID(UInt16($0)) }
  }

  /// The id of an alert rule, defined now if it is new.
  public func rule(_ name: String) -> RuleID? {
    define(name, in: .rule, limit: .max).map { RuleID($0) }
  }

  private func define(
    _ name: String, in namespace: DefinitionNamespace, limit: UInt32
  ) -> UInt32? {
    state.withLock { state in
      if let id = state.nameIDs[namespace]?[name] { return id }
      let id = UInt32(state.names[namespace, default: []].count + 1)
      guard id <= limit else { return nil }
      let text = state.text(name)
      state.names[namespace, default: []].append(text)
      state.nameIDs[namespace, default: [:]][name] = id
      state.definitions.append(Definition(namespace: namespace, id: id, text: text))
      count(state)
      return id
    }
  }

  /// Under the lock: outside it a slower thread could take the count back.
  private func count(_ state: borrowing State) {
    definitionCount.store(state.definitions.count, ordering: .releasing)
  }

  // MARK: Recovering

  /// Takes over what was defined in a log before: the same ids mean the same. Only for a catalog in
  /// which nothing was defined yet.
  ///
  /// - Throws: when ids do not follow on each other, so that the log is not whole.
  func restore(_ names: [NamedDefinition]) throws(PluginError) {
    for name in names { try restore(name) }
  }

  private func restore(_ entry: NamedDefinition) throws(PluginError) {
    let (definition, name) = (entry.definition, entry.name)
    let isNext = state.withLock { state in
      let index = Int(definition.text.raw) - 1
      guard index >= 0, index <= state.texts.count else { return false }
      if index == state.texts.count {
        state.texts.append(name)
        state.textIDs[name] = definition.text.raw
      }
      guard state.texts[index] == name, state.take(entry) else { return false }
      state.definitions.append(definition)
      count(state)
      return true
    }
    guard isNext else {
      throw PluginError(
        "the log's names are not whole: \(definition.namespace) \(definition.id) is \"\(name)\"")
    }
  }

  // MARK: Looking up

  public var instrumentCount: Int { state.withLock { $0.instruments.count } }

  public func instrument(_ id: InstrumentID) -> Instrument? {
    state.withLock { state in
      id.raw >= 1 && id.raw <= state.instruments.count ? state.instruments[Int(id.raw) - 1] : nil
    }
  }

  /// By key: `SYMBOL` or `SYMBOL@VENUE`.
  public func instrument(key: String) -> InstrumentID? {
    state.withLock { $0.instrumentIDs[key].map { InstrumentID($0) } }
  }

  /// All instruments in order of their ids.
  public func instruments() -> [Instrument] { state.withLock { $0.instruments } }

  public func text(_ id: TextID) -> String? {
    state.withLock { state in
      id.raw >= 1 && id.raw <= state.texts.count ? state.texts[Int(id.raw) - 1] : nil
    }
  }

  /// The name of an id in a namespace; of an instrument, its key.
  public func name(_ id: UInt32, in namespace: DefinitionNamespace) -> String? {
    switch namespace {
    case .instrument: return instrument(InstrumentID(id))?.key
    case .text: return text(TextID(id))
    case .spec, .source, .rule:
      return state.withLock { state in
        guard let names = state.names[namespace], id >= 1, id <= names.count else { return nil }
        return state.texts[Int(names[Int(id) - 1].raw) - 1]
      }
    }
  }

  /// The id of a name, when it is defined.
  public func id(of name: String, in namespace: DefinitionNamespace) -> UInt32? {
    state.withLock { state in
      switch namespace {
      case .instrument: state.instrumentIDs[name]
      case .text: state.textIDs[name]
      case .spec, .source, .rule: state.nameIDs[namespace]?[name]
      }
    }
  }

  /// All names of a namespace in order of their ids.
  public func names(in namespace: DefinitionNamespace) -> [String] {
    state.withLock { state in
      switch namespace {
      case .instrument: state.instruments.map(\.key)
      case .text: state.texts
      case .spec, .source, .rule:
        (state.names[namespace] ?? []).map { state.texts[Int($0.raw) - 1] }
      }
    }
  }

  /// Definitions from that index on, in the order in which they were made.
  public func definitions(from index: Int, atMost count: Int) -> [Definition] {
    state.withLock { state in
      Array(state.definitions.dropFirst(index).prefix(count))
    }
  }
}
