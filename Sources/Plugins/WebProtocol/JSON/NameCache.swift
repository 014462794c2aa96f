internal import EngineCore

/// Names as JSON strings, escaped once per id.
struct NameCache: Sendable {
  /// A string within `bytes`, quotes included.
  struct Place: Sendable {
    var start: UInt32
    /// 0: not known yet.
    var count: UInt32
    var pricePrecision: UInt8 = 0
    var sizePrecision: UInt8 = 0
  }

  private(set) var bytes: [UInt8] = []
  private var places: [[Place]]
  private let catalog: Catalog
  /// Ids beyond it are not remembered: they cannot be those of a catalog in good order.
  private static let idMax: UInt32 = 1 << 24

  init(_ catalog: Catalog) {
    self.catalog = catalog
    places = Array(
      repeating: [],
      count: Int((DefinitionNamespace.allCases.map(\.rawValue).max() ?? 0) + 1))
  }

  /// Where the name of an id is, when it is known.
  @inline(__always)
  func known(_ id: UInt32, _ namespace: DefinitionNamespace) -> Place? {
    let index = Int(namespace.rawValue)
    guard Int(id) < places[index].count else { return nil }
    let place = places[index][Int(id)]
    return place.count > 0 ? place : nil
  }

  /// Makes sure that the name of an id is known, if there is one; the bytes that it takes.
  @inline(__always)
  mutating func prepare(_ id: UInt32, _ namespace: DefinitionNamespace) -> Int {
    if let place = known(id, namespace) { return Int(place.count) }
    return add(id, namespace)
  }

  private mutating func add(_ id: UInt32, _ namespace: DefinitionNamespace) -> Int {
    guard id > 0, id < Self.idMax, let name = catalog.name(id, in: namespace) else { return 0 }
    var writer = JSONWriter()
    writer.value(name)
    guard bytes.count + writer.bytes.count <= Int(UInt32.max) else { return 0 }
    var place = Place(start: UInt32(bytes.count), count: UInt32(writer.bytes.count))
    bytes.append(contentsOf: writer.bytes)
    if namespace == .instrument, let instrument = catalog.instrument(InstrumentID(id)) {
      place.pricePrecision = UInt8(min(max(instrument.pricePrecision, 0), 9))
      place.sizePrecision = UInt8(min(max(instrument.sizePrecision, 0), 9))
    }
    let index = Int(namespace.rawValue)
    if Int(id) >= places[index].count {
      let size = max(Int(id) + 1, 2 * places[index].count, 16)
      places[index].append(
        contentsOf: repeatElement(
          Place(start: 0, count: 0), count: size - places[index].count))
    }
    places[index][Int(id)] = place
    return Int(place.count)
  }

  /// Asks the catalog again for an id that was defined anew.
  mutating func forget(_ id: UInt32, _ namespace: DefinitionNamespace) {
    let index = Int(namespace.rawValue)
    guard Int(id) < places[index].count else { return }
    places[index][Int(id)].count = 0
  }
}
