import Glibc

/// The system calls of this tool, with plain values in and out. Its only unsafe code: strings
/// become C strings for the length of a call, and structures that the kernel fills are read after
/// it said that it did.
enum System {
  /// An environment variable.
  static func variable(_ name: String) -> String? {
    // Safe: nothing changes the environment while this program runs.
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  static func variable(_ name: String, or fallback: String) -> String {
    variable(name) ?? fallback
  }

  /// A write to a closed pipe becomes an error instead of the end of the process.
  static func ignoreBrokenPipe() { ignore(signal: SIGPIPE) }

  /// Takes a signal's default effect away.
  static func ignore(signal number: Int32) {
    _ = Glibc.signal(number, SIG_IGN)
  }

  /// Ends the process without waiting for anything.
  static func leave(_ status: Int32) -> Never { _exit(status) }

  static var processID: Int32 { getpid() }

  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Columns and rows of a terminal.
  static func windowSize(_ descriptor: Int32) -> WindowSize? {
    var size = winsize()
    // Safe: TIOCGWINSZ fills a winsize.
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return WindowSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
  }

  /// Writes everything; returns zero or the error's number.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    var start = 0
    while start < bytes.count {
      // Safe: the buffer lives for the call, and `start` is below its count.
      let written = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress! + start, buffer.count - start)
      }
      if written >= 0 {
        start += written
      } else if errno == EAGAIN {
        // The terminal may have been made non-blocking by another program that shares it.
        var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&poller, 1, -1)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }

  static func describe(_ code: Int32) -> String {
    // Safe: strerror returns a C string that lives until the next call on this thread.
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }

  /// A whole file; nil when it cannot be read or is longer than `bytesMax`.
  static func file(_ path: String, bytesMax: Int) -> [UInt8]? {
    // Safe: the string lives for the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while content.count <= bytesMax {
      // Safe: the kernel writes at most `count` bytes into the buffer.
      let count = unsafe chunk.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      }
      if count == 0 { return content }
      guard count > 0 else { return nil }
      content += chunk[..<count]
    }
    return nil
  }

  /// Reads what comes next, waiting for it at most so long.
  static func read(_ descriptor: Int32, bytesMax: Int, waitMillis: Int32) -> InputPiece {
    var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // Safe: one structure, which lives for the call.
    guard unsafe poll(&poller, 1, waitMillis) != 0 else { return .nothing }
    var piece = [UInt8](repeating: 0, count: bytesMax)
    // Safe: the kernel writes at most `count` bytes into the buffer.
    let count = unsafe piece.withUnsafeMutableBytes { buffer in
      unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    }
    if count < 0 { return errno == EINTR || errno == EAGAIN ? .nothing : .failure(errno) }
    guard count > 0 else { return .end }
    piece.removeLast(bytesMax - count)
    return .bytes(piece)
  }

  /// What is at a path.
  static func entry(_ path: String) -> FileEntry {
    var status = stat()
    // Safe: the string and the structure live for the call.
    guard unsafe lstat(path, &status) == 0 else {
      return errno == ENOENT ? .nothing : .unreadable(describe(errno))
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else { return .other }
    return .socket(mode: status.st_mode & 0o777, isOurs: status.st_uid == geteuid())
  }

  /// Bytes free for users, and in all, on the disk of a path.
  static func disk(of path: String) -> DiskSpace? {
    var status = statvfs()
    // Safe: the string and the structure live for the call.
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    let block = UInt64(status.f_frsize)
    return DiskSpace(free: UInt64(status.f_bavail) * block, total: UInt64(status.f_blocks) * block)
  }
}
