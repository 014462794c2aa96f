/// Copies a journal as it is at one moment, also while it is written.
///
/// Sealed segments never change, so they are linked where both folders share a file system, and
/// copied otherwise; of the last one all whole blocks are copied. The copy is a journal that can be
/// read, verified, and opened for writing.
public struct JournalBackup: Equatable, Sendable {
  public private(set) var segments = 0
  public private(set) var linked = 0
  public private(set) var bytesCopied = 0

  private static let pieceBytes = 1 << 20

  /// - Parameter target: an empty folder.
  public static func run(
    from source: any JournalDisk, to target: any JournalDisk
  ) throws(JournalError) -> JournalBackup {
    var backup = JournalBackup()
    do throws(DiskError) {
      let names = try source.segmentNames()
      guard !names.isEmpty else { throw DiskError.absentMark }
      guard try target.names().isEmpty else {
        throw DiskError(.open, file: ".", code: 0, reason: "\(target.path) is not empty")
      }
      for name in names { try backup.copy(name, source, target, isLast: name == names.last) }
      // After the events: it then has all definitions that they need.
      if try source.names().contains(FileName.definitions) {
        let file = try source.open(FileName.definitions, .reading)
        try backup.copy(file, length: try file.size(), target)
      }
      try target.syncNames()
    } catch {
      if error == .absentMark { throw .absent(folder: source.path) }
      throw .disk(error)
    }
    return backup
  }

  private mutating func copy(
    _ name: String, _ source: any JournalDisk, _ target: any JournalDisk, isLast: Bool
  ) throws(DiskError) {
    segments += 1
    if !isLast, let source = source as? PosixDisk, let target = target as? PosixDisk {
      do throws(DiskError) {
        try source.link(name, into: target.path)
        linked += 1
        return
      } catch {
        // Another file system, or one without links: the file is copied.
      }
    }
    let file: any JournalFile
    do throws(DiskError) {
      file = try source.open(name, .reading)
    } catch {
      // Pruned since the folder was read.
      if error.isAbsent { return }
      throw error
    }
    let length = try file.size()
    try copy(file, length: isLast ? try Self.wholeLength(file, length) : length, target)
  }

  /// Where the last whole block ends.
  private static func wholeLength(
    _ file: any JournalFile, _ length: Int
  ) throws(DiskError) -> Int {
    var window = FileWindow(ahead: 1 << 13)
    var offset = min(SegmentHeader.length, length)
    while let header = try window.header(file, at: offset, limit: length),
      offset + header.frameLength <= length
    {
      offset += header.frameLength
      // The end of a sealed segment.
      if header.codec == .index { return length }
    }
    return offset
  }

  private mutating func copy(
    _ file: any JournalFile, length: Int, _ target: any JournalDisk
  ) throws(DiskError) {
    let copy = try target.open(file.name, .creating)
    var piece = ByteBuffer(capacity: Self.pieceBytes)
    var offset = 0
    while offset < length {
      piece.removeAll()
      let count = try file.read(
        at: offset, count: min(Self.pieceBytes, length - offset), into: &piece)
      guard count > 0 else {
        throw DiskError(.read, file: file.name, code: 0, reason: "it has become shorter")
      }
      try copy.writeAll(piece.bytes, at: offset)
      offset += count
    }
    try copy.sync()
    bytesCopied += length
  }
}

extension DiskError {
  fileprivate static let absentMark = DiskError(.open, file: ".", code: 0, reason: "no journal")
}
