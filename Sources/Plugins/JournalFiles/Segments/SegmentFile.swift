/// An open segment: its header and, when it is sealed, its index.
final class SegmentFile {
  let file: any JournalFile
  let name: String
  /// Nil when it is damaged.
  let header: SegmentHeader?
  /// Of a sealed segment.
  let index: SegmentIndex?
  /// Set when the segment seems to be sealed, but its index cannot be read.
  let indexFault: JournalFault?
  /// Where blocks end: of a sealed segment before its index, else the file's length at opening.
  let blocksEnd: Int
  /// The file's length at opening.
  let length: Int

  var isSealed: Bool { index != nil }

  init(_ disk: any JournalDisk, name: String) throws(JournalError) {
    self.name = name
    let opened: (any JournalFile, Int, SegmentHeader?, Int?)
    let sealed: Sealed
    do throws(DiskError) {
      let file = try disk.open(name, .reading)
      let length = try file.size()
      let (header, version) = try Self.readHeader(file)
      opened = (file, length, header, version)
      sealed = version == nil ? try Self.readIndex(file, length: length) : Sealed()
    } catch {
      throw .disk(error)
    }
    if let version = opened.3 { throw .version(file: name, found: version) }
    file = opened.0
    length = opened.1
    header = opened.2
    index = sealed.index
    indexFault = sealed.fault
    blocksEnd = sealed.offset ?? opened.1
  }

  /// Whether a segment ends as sealed ones do; its index is not looked at.
  static func hasEnd(_ disk: any JournalDisk, name: String) throws(JournalError) -> Bool {
    do throws(DiskError) {
      let file = try disk.open(name, .reading)
      let length = try file.size()
      let start = length - SegmentIndex.trailerLength
      guard start >= SegmentHeader.length else { return false }
      var window = FileWindow(ahead: SegmentIndex.trailerLength)
      let count = try window.load(file, at: start, count: SegmentIndex.trailerLength)
      return count == SegmentIndex.trailerLength
        && SegmentIndex.offset(trailer: window.bytes, fileLength: length) != nil
    } catch {
      throw .disk(error)
    }
  }

  private static func readHeader(
    _ file: any JournalFile
  ) throws(DiskError) -> (SegmentHeader?, newerVersion: Int?) {
    var window = FileWindow(ahead: SegmentHeader.length)
    _ = try window.load(file, at: 0, count: SegmentHeader.length)
    do throws(SegmentHeader.Refusal) {
      return (try SegmentHeader(window.bytes), nil)
    } catch {
      if case .version(let found) = error { return (nil, found) }
      return (nil, nil)
    }
  }

  private struct Sealed {
    var index: SegmentIndex?
    var fault: JournalFault?
    var offset: Int?
  }

  private static func readIndex(
    _ file: any JournalFile, length: Int
  ) throws(DiskError) -> Sealed {
    var sealed = Sealed()
    let trailerStart = length - SegmentIndex.trailerLength
    guard trailerStart >= SegmentHeader.length else { return sealed }
    var window = FileWindow(ahead: SegmentIndex.trailerLength)
    let count = try window.load(file, at: trailerStart, count: SegmentIndex.trailerLength)
    guard count == SegmentIndex.trailerLength,
      let offset = SegmentIndex.offset(trailer: window.bytes, fileLength: length)
    else { return sealed }
    sealed.offset = offset
    let found = try window.frame(file, at: offset, limit: trailerStart)
    var reason = "no index where the end of the file says"
    if case .frame(let header) = found, header.codec == .index {
      let body = offset - window.start + BlockHeader.length
      do throws(BodyFault) {
        sealed.index = try SegmentIndex(
          window.bytes.extracting(body..<body + header.bodyLength), header: header)
        return sealed
      } catch {
        reason = error.reason
      }
    } else if case .damaged(let why) = found {
      reason = why
    }
    sealed.fault = JournalFault(
      file: file.name, offset: offset, length: trailerStart - offset, what: .index,
      reason: reason)
    return sealed
  }
}
