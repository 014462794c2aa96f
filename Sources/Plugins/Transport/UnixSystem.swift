internal import Glibc
internal import NIOCore

/// The system calls that NIO does not offer, with errors as values. The only unsafe code of the
/// module: strings become C strings for the length of a call, and structures that the kernel fills
/// are read after it said that it did.
enum UnixSystem {
  /// `sun_path` has 108 bytes with the final zero.
  static let pathBytesMax = 107

  /// Which file a path led to: tells ours from one that replaced it.
  struct FileIdentity: Equatable {
    var device: UInt64
    var inode: UInt64
  }

  /// What is at a path.
  enum Kind: Equatable {
    case nothing
    case socket(FileIdentity, mode: UInt32)
    case other
  }

  static func failure(_ call: String, _ path: String) -> ListenError {
    let code = errno
    return .system(call: call, path: path, errno: code, text: describe(code))
  }

  static func describe(_ code: Int32) -> String {
    // Safe: strerror returns a C string that lives until the next call on this thread.
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }

  static func kind(of path: String) throws(ListenError) -> Kind {
    var status = stat()
    // Safe: the string and the structure live for the call.
    guard unsafe lstat(path, &status) == 0 else {
      if errno == ENOENT { return .nothing }
      throw failure("stat", path)
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else { return .other }
    let identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    return .socket(identity, mode: UInt32(status.st_mode & 0o777))
  }

  static func version(of path: String) -> FileVersion? {
    var status = stat()
    // Safe: the string and the structure live for the call.
    guard unsafe stat(path, &status) == 0 else { return nil }
    let seconds = Int64(status.st_mtim.tv_sec)
    return FileVersion(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
      modifiedNanos: seconds * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
  }

  /// Creates a folder and those above it, for the owner only. What exists is left as it is.
  static func makeFolder(_ path: String) throws(ListenError) {
    if path.isEmpty || path == "/" || path == "." { return }
    // Safe: the string lives for the call.
    if unsafe mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    guard errno == ENOENT else { throw failure("mkdir", path) }
    try makeFolder(parent(of: path))
    // Safe: as above.
    if unsafe mkdir(path, 0o700) != 0 && errno != EEXIST { throw failure("mkdir", path) }
  }

  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func remove(_ path: String) {
    // Safe: the string lives for the call. A file that is gone already is what we want.
    _ = unsafe unlink(path)
  }

  static func closeDescriptor(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

  /// Opens the lock file and takes the lock, without waiting; nil when another process has it.
  static func openLock(_ path: String) throws(ListenError) -> Int32? {
    // Safe: the string lives for the call.
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw failure("open", path) }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
    let isHeld = errno == EWOULDBLOCK
    let error = failure("flock", path)
    closeDescriptor(descriptor)
    if isHeld { return nil }
    throw error
  }

  /// Replaces the content of a lock file.
  static func write(_ text: String, to descriptor: Int32, path: String) throws(ListenError) {
    guard ftruncate(descriptor, 0) == 0 else { throw failure("truncate", path) }
    let bytes = Array(text.utf8)
    // Safe: the buffer lives for the call and holds `count` bytes.
    let written = unsafe bytes.withUnsafeBytes { buffer in
      unsafe pwrite(descriptor, buffer.baseAddress, buffer.count, 0)
    }
    guard written == bytes.count else { throw failure("write", path) }
  }

  /// The number in a lock file; nil when there is none.
  static func readNumber(_ path: String) -> Int32? {
    // Safe: the string lives for the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { closeDescriptor(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 32)
    // Safe: the kernel writes at most `count` bytes into the buffer.
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe read(descriptor, buffer.baseAddress, buffer.count)
    }
    guard count > 0 else { return nil }
    return Int32(String(decoding: bytes[..<count].prefix { $0 != 0x0A }, as: UTF8.self))
  }

  /// Whether anybody accepts connections at a path.
  static func isListening(_ path: String) throws(ListenError) -> Bool {
    let descriptor = try makeSocket(path)
    defer { closeDescriptor(descriptor) }
    if unsafe try call(Glibc.connect, descriptor, path) == 0 { return true }
    // A full backlog is somebody who listens; anything but a clear refusal is left alone.
    return errno != ECONNREFUSED && errno != ENOENT
  }

  /// A socket bound to a path with mode 0600, not listening yet: nobody can connect before its mode
  /// is right.
  static func bindPrivate(_ path: String) throws(ListenError) -> Int32 {
    let descriptor = try makeSocket(path)
    // Linux makes the file with the mode of the socket, so that it is private from the start.
    guard fchmod(descriptor, 0o600) == 0, unsafe try call(Glibc.bind, descriptor, path) == 0
    else {
      let error = failure("bind", path)
      closeDescriptor(descriptor)
      throw error
    }
    // Safe: the string lives for the call.
    guard unsafe chmod(path, 0o600) == 0 else {
      let error = failure("chmod", path)
      closeDescriptor(descriptor)
      remove(path)
      throw error
    }
    return descriptor
  }

  /// A TCP socket bound to an address, not listening yet; with the port it got.
  static func bindTCP(
    _ address: SocketAddress, place: String
  ) throws(ListenError) -> (descriptor: Int32, port: Int) {
    let family = address.protocol == .inet6 ? AF_INET6 : AF_INET
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(family, kind | Int32(SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { throw failure("socket", place) }
    var one: Int32 = 1
    // Safe: the option is an Int32 that lives for the call.
    _ = unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    // Safe: NIO's pointer and length belong together and live for the call.
    let result = unsafe address.withSockAddr { pointer, size in
      unsafe Glibc.bind(descriptor, pointer, socklen_t(size))
    }
    guard result == 0, let port = localPort(of: descriptor) else {
      let error = failure("bind", place)
      closeDescriptor(descriptor)
      throw error
    }
    return (descriptor, port)
  }

  private static func localPort(of descriptor: Int32) -> Int? {
    // Either family's structure fits, and both have the port in bytes 2 and 3, high byte first.
    var storage = [UInt8](repeating: 0, count: 32)
    var size = socklen_t(storage.count)
    // Safe: the kernel writes at most `size` bytes, and a socket address may be at any such place.
    let result = unsafe storage.withUnsafeMutableBytes { bytes in
      unsafe getsockname(
        descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &size)
    }
    return result == 0 ? Int(storage[2]) << 8 | Int(storage[3]) : nil
  }

  private static func makeSocket(_ path: String) throws(ListenError) -> Int32 {
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_UNIX, kind | Int32(SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { throw failure("socket", path) }
    return descriptor
  }

  private static func call(
    _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32, _ descriptor: Int32,
    _ path: String
  ) throws(ListenError) -> Int32 {
    guard let address = try? SocketAddress(unixDomainSocketPath: path) else {
      throw .pathTooLong(path: path, bytes: path.utf8.count)
    }
    // Safe: NIO's pointer and length belong together and live for the call.
    return unsafe address.withSockAddr { pointer, size in
      unsafe function(descriptor, pointer, socklen_t(size))
    }
  }
}
