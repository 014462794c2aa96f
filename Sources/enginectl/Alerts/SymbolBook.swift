import EngineCore
import Synchronization

/// Numbers the instruments of a file in the order in which it names them.
final class SymbolBook: Sendable {
  private struct State: Sendable {
    var names: [String] = []
    var ids: [String: InstrumentID] = [:]
  }

  private let state = Mutex(State())

  func id(of name: String) -> InstrumentID {
    state.withLock { state in
      if let id = state.ids[name] { return id }
      state.names.append(name)
      let id = InstrumentID(UInt32(state.names.count))
      state.ids[name] = id
      return id
    }
  }

  func find(_ name: String) -> InstrumentID? { state.withLock { $0.ids[name] } }

  func name(of id: InstrumentID) -> String {
    state.withLock { state in
      id.raw >= 1 && id.raw <= state.names.count ? state.names[Int(id.raw) - 1] : "#\(id.raw)"
    }
  }

  var all: [InstrumentID] {
    state.withLock { state in state.names.indices.map { InstrumentID(UInt32($0 + 1)) } }
  }
}
