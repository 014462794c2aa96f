internal import Glibc

/// A folder of the machine's file system.
public struct PosixDisk: JournalDisk {
  public let path: String

  /// Makes the folder when it is not there; its parent must be.
  public init(folder: String) throws(DiskError) {
    path = folder
    // Safe: the path outlives the call.
    if unsafe mkdir(folder, 0o750) != 0, errno != EEXIST {
      throw PosixFile.failure(.open, ".")
    }
  }

  /// A folder that is there.
  public init(existing folder: String) throws(DiskError) {
    path = folder
    // Safe: the path outlives the call.
    if unsafe access(folder, R_OK | X_OK) != 0 { throw PosixFile.failure(.open, ".") }
  }

  public var bootIdentity: String {
    let descriptor = unsafe Glibc.open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    let file = PosixFile(name: "boot_id", descriptor: descriptor)
    var buffer = ByteBuffer(capacity: 64)
    guard (try? file.read(at: 0, count: 36, into: &buffer)) == 36 else { return "" }
    return String(decoding: buffer.bytes.copy(0..<36), as: UTF8.self)
  }

  public func names() throws(DiskError) -> [String] {
    // Safe: the stream is closed before the function returns, and each entry is read before the
    // next.
    guard let folder = unsafe opendir(path) else { throw PosixFile.failure(.list, ".") }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  public func open(
    _ name: String, _ mode: DiskOpening
  ) throws(DiskError) -> any JournalFile {
    let flags =
      switch mode {
      case .reading: O_RDONLY
      case .writing: O_RDWR
      case .creating: O_RDWR | O_CREAT | O_TRUNC
      }
    let descriptor = unsafe Glibc.open("\(path)/\(name)", flags | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { throw PosixFile.failure(.open, name) }
    return PosixFile(name: name, descriptor: descriptor)
  }

  public func remove(_ name: String) throws(DiskError) {
    guard unsafe unlink("\(path)/\(name)") == 0 else { throw PosixFile.failure(.remove, name) }
  }

  public func rename(_ name: String, to newName: String) throws(DiskError) {
    guard unsafe Glibc.rename("\(path)/\(name)", "\(path)/\(newName)") == 0 else {
      throw PosixFile.failure(.rename, name)
    }
  }

  public func syncNames() throws(DiskError) {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw PosixFile.failure(.sync, ".") }
    try PosixFile(name: ".", descriptor: descriptor).sync()
  }

  public func lock(_ name: String) throws(DiskError) -> JournalLocking {
    let descriptor = unsafe Glibc.open("\(path)/\(name)", O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { throw PosixFile.failure(.lock, name) }
    let file = PosixFile(name: name, descriptor: descriptor)
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return .taken(file) }
    guard errno == EWOULDBLOCK else { throw PosixFile.failure(.lock, name) }
    let text = try file.contents(atMost: 256)
    return .refused(text: String(decoding: text.bytes.copy(0..<text.count), as: UTF8.self))
  }

  /// Gives a file a second name in another folder of the same file system.
  public func link(_ name: String, into folder: String) throws(DiskError) {
    guard unsafe Glibc.link("\(path)/\(name)", "\(folder)/\(name)") == 0 else {
      throw PosixFile.failure(.link, name)
    }
  }
}

/// Invariant: `descriptor` is open from `init` to `deinit` and belongs to this object alone.
final class PosixFile: JournalFile {
  let name: String
  private let descriptor: Int32

  init(name: String, descriptor: Int32) {
    self.name = name
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  static func failure(_ operation: DiskError.Operation, _ name: String) -> DiskError {
    let code = errno
    // Safe: strerror returns a C string; it is copied at once.
    let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    return DiskError(operation, file: name, code: code, reason: reason)
  }

  func size() throws(DiskError) -> Int {
    var information = stat()
    // Safe: the structure outlives the call.
    guard unsafe fstat(descriptor, &information) == 0 else {
      throw Self.failure(.read, name)
    }
    return Int(information.st_size)
  }

  func read(at offset: Int, count: Int, into buffer: inout ByteBuffer) throws(DiskError) -> Int {
    var total = 0
    while total < count {
      var result = 0
      // Safe: pread writes no more than the room it is given.
      unsafe buffer.fill(atMost: count - total) { room in
        result = unsafe pread(descriptor, room.baseAddress, room.count, off_t(offset + total))
        return max(result, 0)
      }
      if result < 0 {
        if errno == EINTR { continue }
        throw Self.failure(.read, name)
      }
      if result == 0 { break }
      total += result
    }
    return total
  }

  func write(_ bytes: RawSpan, at offset: Int) throws(DiskError) -> Int {
    while true {
      // Safe: pwrite only reads the bytes, during the call.
      let count = unsafe bytes.withUnsafeBytes {
        unsafe pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset))
      }
      if count >= 0 { return count }
      if errno != EINTR { throw Self.failure(.write, name) }
    }
  }

  func truncate(to length: Int) throws(DiskError) {
    guard ftruncate(descriptor, off_t(length)) == 0 else { throw Self.failure(.truncate, name) }
  }

  func sync() throws(DiskError) {
    guard fdatasync(descriptor) == 0 else { throw Self.failure(.sync, name) }
  }

  func forget(_ range: Range<Int>) {
    // Advice only: it changes nothing but what is in memory.
    _ = posix_fadvise(descriptor, off_t(range.lowerBound), off_t(range.count), POSIX_FADV_DONTNEED)
  }
}
