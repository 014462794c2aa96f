import EngineCore
import Synchronization

@testable import JournalFiles

/// A folder in memory, whose calls can be made to fail, and whose power can.
final class SimulatedDisk: JournalDisk {
  enum Fault: Equatable {
    case error(Int32)
    /// Half of what a write was given is written, then nothing more: `ENOSPC`.
    case short
  }

  /// What the page cache and the disk have of a file.
  final class Content {
    var bytes: [UInt8] = []
    var durable: [UInt8] = []
    var isLocked = false
  }

  struct State {
    var files: [String: Content] = [:]
    var calls = 0
    /// By the number of the call that changes something.
    var faults: [Int: Fault] = [:]
    /// All calls from this one on fail.
    var isFullFrom = Int.max
    var boot = 1
    var operations: [String] = []
    var forgotten: [Range<Int>] = []
  }

  private let state: Mutex<State>

  init() { state = Mutex(State()) }

  let path = "simulated"
  var bootIdentity: String { state.withLock { "boot \($0.boot)" } }

  // MARK: What tests do

  var calls: Int { state.withLock { $0.calls } }
  var operations: [String] { state.withLock { $0.operations } }
  /// What need not stay in memory.
  var forgotten: [Range<Int>] { state.withLock { $0.forgotten } }

  func noteForgotten(_ range: Range<Int>) { state.withLock { $0.forgotten.append(range) } }

  func inject(_ fault: Fault, atCall call: Int) {
    state.withLock { $0.faults[call] = fault }
  }

  func setFull(_ isFull: Bool) {
    state.withLock { $0.isFullFrom = isFull ? $0.calls : .max }
  }

  func clearFaults() {
    state.withLock {
      $0.faults = [:]
      $0.isFullFrom = .max
    }
  }

  func bytes(_ name: String) -> [UInt8] {
    state.withLock { $0.files[name]?.bytes ?? [] }
  }

  func setBytes(_ name: String, _ bytes: [UInt8]) {
    state.withLock {
      let content = $0.files[name] ?? Content()
      $0.files[name] = content
      content.bytes = bytes
      content.durable = bytes
    }
  }

  func removeFile(_ name: String) { state.withLock { _ = $0.files.removeValue(forKey: name) } }

  /// A copy without locks: the process was killed.
  func killed() -> SimulatedDisk {
    let copy = SimulatedDisk()
    let files = state.withLock { state in
      state.files.map { ($0.key, $0.value.bytes, $0.value.durable) }
    }
    copy.state.withLock { state in
      for (name, bytes, durable) in files {
        let content = Content()
        content.bytes = bytes
        content.durable = durable
        state.files[name] = content
      }
    }
    return copy
  }

  /// A copy in which each file has lost some of what was not synced.
  func withoutPower(_ random: inout SeededRandom) -> SimulatedDisk {
    let copy = killed()
    var draws: [UInt64] = []
    for _ in 0..<64 { draws.append(random.next()) }
    copy.state.withLock { state in
      state.boot = 2
      for (number, name) in state.files.keys.sorted().enumerated() {
        guard let content = state.files[name] else { continue }
        let synced = content.durable.count
        guard content.bytes.count > synced else { continue }
        let draw = Int(draws[number % 64] >> 8)
        content.bytes.removeLast(draw % (content.bytes.count - synced + 1))
      }
    }
    return copy
  }

  // MARK: The disk

  func names() throws(DiskError) -> [String] { state.withLock { $0.files.keys.sorted() } }

  /// Counts a call that changes something, and fails when that was asked for.
  fileprivate func count(
    _ operation: DiskError.Operation, _ file: String
  ) throws(DiskError) -> Fault? {
    let fault: Fault? = state.withLock { state in
      state.operations.append("\(operation.rawValue) \(file)")
      defer { state.calls += 1 }
      if state.calls >= state.isFullFrom, operation == .write { return .error(28) }
      return state.faults[state.calls]
    }
    if case .error(let code) = fault {
      throw DiskError(operation, file: file, code: code, reason: "injected")
    }
    return fault
  }

  private func content(_ name: String) throws(DiskError) -> Content {
    let found = state.withLock { $0.files[name].map { Held(content: $0) } }
    guard let found else {
      throw DiskError(.open, file: name, code: 2, reason: "no such file")
    }
    return found.content
  }

  /// Carries a content out of the lock: everything here runs on one thread.
  private struct Held: @unchecked Sendable {
    let content: Content
  }

  func open(_ name: String, _ mode: DiskOpening) throws(DiskError) -> any JournalFile {
    if mode == .creating {
      _ = try count(.open, name)
      state.withLock { $0.files[name] = Content() }
    }
    return SimulatedFile(self, name, try content(name))
  }

  func remove(_ name: String) throws(DiskError) {
    _ = try count(.remove, name)
    _ = try content(name)
    state.withLock { _ = $0.files.removeValue(forKey: name) }
  }

  func rename(_ name: String, to newName: String) throws(DiskError) {
    _ = try count(.rename, name)
    _ = try content(name)
    state.withLock { state in
      state.files[newName] = state.files.removeValue(forKey: name)
    }
  }

  func syncNames() throws(DiskError) { _ = try count(.sync, ".") }

  func lock(_ name: String) throws(DiskError) -> JournalLocking {
    state.withLock { state in
      if state.files[name] == nil { state.files[name] = Content() }
    }
    let content = try content(name)
    if content.isLocked {
      return .refused(text: String(decoding: content.bytes, as: UTF8.self))
    }
    content.isLocked = true
    return .taken(SimulatedFile(self, name, content, holdsLock: true))
  }
}

/// Used by one thread at a time.
final class SimulatedFile: JournalFile, @unchecked Sendable {
  let name: String
  private let disk: SimulatedDisk
  private let content: SimulatedDisk.Content
  private let holdsLock: Bool

  init(
    _ disk: SimulatedDisk, _ name: String, _ content: SimulatedDisk.Content,
    holdsLock: Bool = false
  ) {
    self.disk = disk
    self.name = name
    self.content = content
    self.holdsLock = holdsLock
  }

  deinit { if holdsLock { content.isLocked = false } }

  func size() throws(DiskError) -> Int { content.bytes.count }

  func read(at offset: Int, count: Int, into buffer: inout ByteBuffer) throws(DiskError) -> Int {
    let end = min(offset + count, content.bytes.count)
    guard offset < end else { return 0 }
    // Safe: bytes have no padding; they are copied at once.
    let bytes = content.bytes
    unsafe buffer.append(bytes.span.bytes.extracting(offset..<end))
    return end - offset
  }

  func write(_ bytes: RawSpan, at offset: Int) throws(DiskError) -> Int {
    // The lock's text is for people: no fault there changes anything.
    let fault = holdsLock ? nil : try disk.count(.write, name)
    var data = bytes.copy(0..<bytes.byteCount)
    if fault == .short {
      data.removeLast((data.count + 1) / 2)
      disk.inject(.error(28), atCall: disk.calls)
    }
    if content.bytes.count < offset + data.count {
      content.bytes += [UInt8](repeating: 0, count: offset + data.count - content.bytes.count)
    }
    content.bytes.replaceSubrange(offset..<offset + data.count, with: data)
    return data.count
  }

  func truncate(to length: Int) throws(DiskError) {
    if !holdsLock { _ = try disk.count(.truncate, name) }
    if length < content.bytes.count {
      content.bytes.removeLast(content.bytes.count - length)
    } else {
      content.bytes += [UInt8](repeating: 0, count: length - content.bytes.count)
    }
  }

  func sync() throws(DiskError) {
    if !holdsLock { _ = try disk.count(.sync, name) }
    content.durable = content.bytes
  }

  func forget(_ range: Range<Int>) { disk.noteForgotten(range) }
}
