/// All definitions of the journal in one small file, so that a start need not look for them in the
/// segments, and so that they outlive the segments that they stand in.
///
/// The file has a header like a segment's, then frames of definitions. Segments have the same
/// frames before the blocks that need them: the file can be made again.
final class DefinitionsFile {
  private let disk: any JournalDisk
  private var file: any JournalFile
  private let epoch: UInt64
  private var end: Int
  private var pending = ByteBuffer(capacity: 4096)
  private var isDirty = false

  private init(_ disk: any JournalDisk, _ file: any JournalFile, epoch: UInt64, end: Int) {
    self.disk = disk
    self.file = file
    self.epoch = epoch
    self.end = end
  }

  func add(_ definitions: [JournalDefinition], after previous: UInt64) {
    _ = DefinitionFrame.append(definitions, after: previous, to: &pending)
  }

  func write() throws(DiskError) {
    guard pending.count > 0 else { return }
    do throws(DiskError) {
      try file.writeAll(pending.bytes, at: end)
    } catch {
      try? file.truncate(to: end)
      throw error
    }
    end += pending.count
    pending.removeAll()
    isDirty = true
  }

  func sync() throws(DiskError) {
    guard isDirty else { return }
    try file.sync()
    isDirty = false
  }

  /// What another thread is to sync. Should that fail, the file is written anew.
  func beginSync() -> [any JournalFile] {
    defer { isDirty = false }
    return isDirty ? [file] : []
  }

  /// Copies the file into a new one: what the old one has on the disk is not known.
  func rewrite() throws(DiskError) {
    var content = ByteBuffer(capacity: end)
    _ = try file.read(at: 0, count: end, into: &content)
    file = try Self.replace(disk, with: content)
    isDirty = false
  }

  /// What the file holds.
  struct Loaded {
    var epoch: UInt64?
    var definitions: [JournalDefinition] = []
    var faults: [JournalFault] = []
    var end = SegmentHeader.length
    /// False when it is not there, damaged or torn: it is to be made again.
    var isWhole = false
  }

  static func load(_ disk: any JournalDisk) throws(DiskError) -> Loaded {
    var loaded = Loaded()
    let name = FileName.definitions
    guard try disk.names().contains(name) else { return loaded }
    let file = try disk.open(name, .reading)
    let length = try file.size()
    var window = FileWindow()
    _ = try window.load(file, at: 0, count: SegmentHeader.length)
    loaded.isWhole = true
    if let header = try? SegmentHeader(window.bytes), header.content == .definitions {
      loaded.epoch = header.epoch
    } else {
      loaded.fault(file, at: 0, length: min(length, SegmentHeader.length), "no header")
    }
    while true {
      switch try window.frame(file, at: loaded.end, limit: length) {
      case .frame(let header):
        let body = loaded.end - window.start + BlockHeader.length
        loaded.take(window.bytes.extracting(body..<body + header.bodyLength), file, header)
        loaded.end += header.frameLength
      case .end: return loaded
      case .unfinished, .damaged:
        let next = try window.nextFrame(file, from: loaded.end + 1, limit: length)
        let end = next ?? length
        loaded.fault(
          file, at: loaded.end, length: end - loaded.end, "a damaged or unfinished frame")
        guard let next else { return loaded }
        loaded.end = next
      }
    }
  }

  /// Goes on with the file that was loaded.
  static func open(
    _ disk: any JournalDisk, epoch: UInt64, loaded: Loaded
  ) throws(DiskError) -> DefinitionsFile {
    let file = try disk.open(FileName.definitions, .writing)
    return DefinitionsFile(disk, file, epoch: epoch, end: loaded.end)
  }

  /// Makes the file anew.
  static func create(
    _ disk: any JournalDisk, epoch: UInt64, definitions: [JournalDefinition], now: Int64
  ) throws(DiskError) -> DefinitionsFile {
    var content = ByteBuffer(capacity: 4096)
    SegmentHeader(content: .definitions, epoch: epoch, first: 1, created: now).append(to: &content)
    var index = 0
    while index < definitions.count {
      let part = Array(definitions[index..<min(index + 4096, definitions.count)])
      _ = DefinitionFrame.append(part, after: (part.first?.sequence ?? 1) &- 1, to: &content)
      index += part.count
    }
    let end = content.count
    let file = try replace(disk, with: content)
    return DefinitionsFile(disk, file, epoch: epoch, end: end)
  }

  private static func replace(
    _ disk: any JournalDisk, with content: borrowing ByteBuffer
  ) throws(DiskError) -> any JournalFile {
    let temporary = FileName.definitions + FileName.unfinishedSuffix
    let file = try disk.open(temporary, .creating)
    do throws(DiskError) {
      try file.writeAll(content.bytes, at: 0)
      try file.sync()
      try disk.rename(temporary, to: FileName.definitions)
      try disk.syncNames()
    } catch {
      try? disk.remove(temporary)
      throw error
    }
    return file
  }
}

extension DefinitionsFile.Loaded {
  fileprivate mutating func fault(
    _ file: any JournalFile, at offset: Int, length: Int, _ reason: String
  ) {
    isWhole = false
    faults.append(
      JournalFault(
        file: file.name, offset: offset, length: length, what: .definitions, reason: reason))
  }

  fileprivate mutating func take(
    _ body: RawSpan, _ file: any JournalFile, _ header: BlockHeader
  ) {
    do throws(BodyFault) {
      definitions.append(contentsOf: try DefinitionFrame.read(body))
    } catch {
      fault(file, at: end, length: header.frameLength, error.reason)
    }
  }
}
