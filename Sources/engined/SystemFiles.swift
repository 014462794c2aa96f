internal import Glibc

/// Files, streams and figures of the operating system, by its own calls.
enum SystemFiles {
  /// A whole file, or nil when it cannot be read; `lastError` says why.
  static func read(_ path: String) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      // Safe: the call writes at most as many bytes as the buffer has.
      let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 { return nil }
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
    }
  }

  /// Opens a file to append to; nil when that fails.
  static func openToAppend(_ path: String) -> Int32? {
    let descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
    return descriptor >= 0 ? descriptor : nil
  }

  /// Writes a line whole, as far as the system takes it.
  static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      // Safe: the call reads the bytes that the pointer is given for.
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// To standard output, with a line feed if it has none.
  static func print(_ text: String) {
    write(text.hasSuffix("\n") ? text : text + "\n", to: 1)
  }

  /// To standard error, with a line feed.
  static func printError(_ text: String) { write(text + "\n", to: 2) }

  /// What the last failed call said.
  static func lastError() -> String {
    // Safe: strerror returns a string that stays until the next call on this thread.
    unsafe String(cString: strerror(errno))
  }

  /// The environment of the process.
  static func environment() -> [String: String] {
    guard let bytes = read("/proc/self/environ") else { return [:] }
    var variables: [String: String] = [:]
    for entry in bytes.split(separator: 0) {
      guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let name = String(decoding: entry[..<equals], as: UTF8.self)
      variables[name] = String(decoding: entry[(equals + 1)...], as: UTF8.self)
    }
    return variables
  }

  /// Memory that the process has in RAM, in bytes.
  static func residentBytes() -> Int64 { Int64(clamping: memoryBytes()?.resident ?? 0) }

  /// Memory of the process in RAM, and its address space.
  static func memoryBytes() -> (resident: UInt64, virtual: UInt64)? {
    let pages = words("/proc/self/statm").prefix(2).compactMap { UInt64($0) }
    guard pages.count == 2 else { return nil }
    let pageBytes = UInt64(sysconf(Int32(_SC_PAGESIZE)))
    return (pages[1] * pageBytes, pages[0] * pageBytes)
  }

  /// Time that the process has had on processors, over all its threads.
  static func cpuNanos() -> UInt64? {
    var time = timespec()
    // Safe: the structure lives for the call.
    guard unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Files and sockets that the process has open.
  static func openFileCount() -> UInt64 {
    guard let folder = unsafe opendir("/proc/self/fd") else { return 0 }
    var count: UInt64 = 0
    // Safe: the folder is open until it is closed below.
    while unsafe readdir(folder) != nil { count += 1 }
    unsafe closedir(folder)
    // `.`, `..` and the folder itself.
    return count - min(count, 3)
  }

  static func openFilesMax() -> UInt64 {
    var limit = rlimit()
    // Safe: the structure lives for the call.
    return unsafe getrlimit(__rlimit_resource_t(7), &limit) == 0 ? UInt64(limit.rlim_cur) : 0
  }

  /// Lets the process have as many files and sockets open as the system allows it: a connection is
  /// one. Who started it usually left a lower limit. Returns what holds now.
  @discardableResult
  static func raiseDescriptorLimit() -> UInt64 {
    var limit = rlimit()
    // Safe: the structure lives for both calls.
    guard unsafe getrlimit(__rlimit_resource_t(7), &limit) == 0 else { return 0 }
    guard limit.rlim_cur < limit.rlim_max else { return UInt64(limit.rlim_cur) }
    var raised = limit
    raised.rlim_cur = limit.rlim_max
    let isRaised = unsafe setrlimit(__rlimit_resource_t(7), &raised) == 0
    return UInt64(isRaised ? raised.rlim_cur : limit.rlim_cur)
  }

  static func threadCount() -> Int {
    let lines = String(decoding: read("/proc/self/status") ?? [], as: UTF8.self)
    let line = lines.split(separator: "\n").first { $0.hasPrefix("Threads:") }
    return line.flatMap { Int($0.split(separator: "\t").last ?? "") } ?? 0
  }

  private static func words(_ path: String) -> [Substring] {
    String(decoding: read(path) ?? [], as: UTF8.self).split(separator: " ")
  }
}
