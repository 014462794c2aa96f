/// The calls of a connection by the number of their stream, in rising order.
///
/// A connection has few calls, and every frame asks for one: a search among neighbours is faster
/// than a hash, and a stream is changed where it lies.
struct StreamTable<Stream: Sendable>: Sendable {
  private var ids: [UInt32] = []
  private var streams: [Stream] = []

  var count: Int { ids.count }
  var isEmpty: Bool { ids.isEmpty }
  /// Rising.
  var keys: [UInt32] { ids }
  var values: [Stream] { streams }

  /// Where a stream is: valid until one is added or removed.
  func index(of id: UInt32) -> Int? {
    let place = place(of: id)
    return place < ids.count && ids[place] == id ? place : nil
  }

  /// The stream at an index.
  subscript(at index: Int) -> Stream {
    get { streams[index] }
    _modify { yield &streams[index] }
  }

  subscript(id: UInt32) -> Stream? {
    get { index(of: id).map { streams[$0] } }
    set {
      guard let newValue else {
        removeValue(forKey: id)
        return
      }
      let place = place(of: id)
      if place < ids.count, ids[place] == id {
        streams[place] = newValue
      } else {
        ids.insert(id, at: place)
        streams.insert(newValue, at: place)
      }
    }
  }

  @discardableResult
  mutating func removeValue(forKey id: UInt32) -> Stream? {
    guard let index = index(of: id) else { return nil }
    ids.remove(at: index)
    return streams.remove(at: index)
  }

  mutating func removeAll() {
    ids = []
    streams = []
  }

  /// The first place whose id is not below.
  private func place(of id: UInt32) -> Int {
    var low = 0
    var high = ids.count
    while low < high {
      let middle = (low + high) / 2
      if ids[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
