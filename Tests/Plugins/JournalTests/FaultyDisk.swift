import JournalFiles
import Synchronization

/// A real folder whose disk can be made to take nothing.
struct FaultyDisk: JournalDisk {
  /// What fails now.
  final class Switch: Sendable {
    private let operations = Mutex<Set<DiskError.Operation>>([])

    func fail(_ failing: Set<DiskError.Operation>) { operations.withLock { $0 = failing } }

    func check(_ operation: DiskError.Operation, _ file: String) throws(DiskError) {
      guard operations.withLock({ $0.contains(operation) }) else { return }
      throw DiskError(operation, file: file, code: 28, reason: "No space left on device")
    }
  }

  let disk: PosixDisk
  let faults: Switch

  var path: String { disk.path }
  var bootIdentity: String { disk.bootIdentity }

  func names() throws(DiskError) -> [String] { try disk.names() }
  func remove(_ name: String) throws(DiskError) { try disk.remove(name) }
  func rename(_ name: String, to newName: String) throws(DiskError) {
    try disk.rename(name, to: newName)
  }
  func syncNames() throws(DiskError) { try disk.syncNames() }
  func lock(_ name: String) throws(DiskError) -> JournalLocking { try disk.lock(name) }
  func open(_ name: String, _ mode: DiskOpening) throws(DiskError) -> any JournalFile {
    FaultyFile(file: try disk.open(name, mode), faults: faults)
  }
}

final class FaultyFile: JournalFile {
  private let file: any JournalFile
  private let faults: FaultyDisk.Switch

  init(file: any JournalFile, faults: FaultyDisk.Switch) {
    self.file = file
    self.faults = faults
  }

  var name: String { file.name }
  func size() throws(DiskError) -> Int { try file.size() }
  func read(at offset: Int, count: Int, into buffer: inout ByteBuffer) throws(DiskError) -> Int {
    try file.read(at: offset, count: count, into: &buffer)
  }
  func write(_ bytes: RawSpan, at offset: Int) throws(DiskError) -> Int {
    try faults.check(.write, name)
    return try file.write(bytes, at: offset)
  }
  func truncate(to length: Int) throws(DiskError) { try file.truncate(to: length) }
  func sync() throws(DiskError) {
    try faults.check(.sync, name)
    try file.sync()
  }
}
