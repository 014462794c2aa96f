internal import CPlatform

/// What stands in the lock's file: the process, the start of the machine, and `open` or `closed`.
struct LockText: Equatable {
  var process = ""
  var boot = ""
  var isOpen = false

  init(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.count > 0 { process = String(lines[0]) }
    if lines.count > 1 { boot = String(lines[1]) }
    if lines.count > 2 { isOpen = lines[2] == "open" }
  }

  /// Says who has the lock. That it could not be written is no reason to stop: it is for people.
  static func write(to lock: any JournalFile, disk: any JournalDisk, isOpen: Bool) {
    let state = isOpen ? "open" : "closed"
    var text = ByteBuffer(capacity: 128)
    for byte in "\(tw_process_id())\n\(disk.bootIdentity)\n\(state)\n".utf8 { text.append(byte) }
    try? lock.truncate(to: 0)
    try? lock.writeAll(text.bytes, at: 0)
    try? lock.sync()
  }
}
