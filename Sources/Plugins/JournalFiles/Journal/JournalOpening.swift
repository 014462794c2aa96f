internal import EngineCore

/// Opens a journal for writing: takes the lock, repairs what a crash left, finds out where to go
/// on.
struct JournalOpening {
  struct Opened {
    var lock: any JournalFile
    var recovery: JournalRecovery
    var segment: OpenSegment
    var definitions: DefinitionsFile
  }

  private let disk: any JournalDisk
  private let options: JournalOptions
  private let now: Timestamp
  private var recovery: JournalRecovery
  private var epoch: UInt64?
  /// Definitions that stand in segments which were walked over.
  private var walked: [JournalDefinition] = []

  init(_ disk: any JournalDisk, options: JournalOptions, now: Timestamp) {
    self.disk = disk
    self.options = options
    self.now = now
    recovery = JournalRecovery(epoch: 0, lastSequence: 0, isNew: true)
  }

  mutating func run() throws(JournalError) -> Opened {
    let lock = try takeLock()
    let loaded: DefinitionsFile.Loaded
    do throws(DiskError) {
      for name in try disk.names() where name.hasSuffix(FileName.unfinishedSuffix) {
        try disk.remove(name)
      }
      loaded = try DefinitionsFile.load(disk)
    } catch {
      throw .disk(error)
    }
    let open = try openSegments()
    recovery.faults.append(contentsOf: loaded.faults)
    recovery.epoch = epoch ?? loaded.epoch ?? UInt64(bitPattern: now.nanoseconds)
    let definitions = try openDefinitions(loaded)
    let segment: OpenSegment
    if let open { segment = open } else { segment = try newSegment() }
    recovery.mayLackEvents = lock.mayLackEvents && !recovery.isNew
    LockText.write(to: lock.file, disk: disk, isOpen: true)
    return Opened(
      lock: lock.file, recovery: recovery, segment: segment, definitions: definitions)
  }

  // MARK: The lock

  private func takeLock() throws(JournalError) -> (file: any JournalFile, mayLackEvents: Bool) {
    let locking: JournalLocking
    do throws(DiskError) { locking = try disk.lock(FileName.lock) } catch { throw .disk(error) }
    switch locking {
    case .refused(let text): throw .locked(folder: disk.path, holder: LockText(text).process)
    case .taken(let file):
      do throws(DiskError) {
        let text = try file.contents(atMost: 256)
        let before = LockText(String(decoding: text.bytes.copy(0..<text.count), as: UTF8.self))
        // Of a copy, or of a file that was lost, nothing is known.
        let isUnknown = before.process.isEmpty
        return (file, isUnknown || before.isOpen && before.boot != disk.bootIdentity)
      } catch {
        throw .disk(error)
      }
    }
  }

  // MARK: Segments

  /// Repairs all segments without an index; the last one is gone on with, when it is fit for it.
  private mutating func openSegments() throws(JournalError) -> OpenSegment? {
    var names: [String]
    do throws(DiskError) { names = try disk.segmentNames() } catch { throw .disk(error) }
    recovery.isNew = names.isEmpty
    while let name = names.last {
      let segment = try SegmentFile(disk, name: name)
      let scan = segment.isSealed ? nil : try SegmentScan.scan(segment)
      if segment.header == nil, segment.index == nil, let scan, !scan.hasEvents {
        try drop(segment)
        names.removeLast()
        continue
      }
      epoch = segment.header?.epoch
      try repairOlder(names.dropLast())
      if let index = segment.index {
        recovery.lastSequence = index.facts.last
        return nil
      }
      guard let scan else { return nil }
      recovery.lastSequence = scan.lastSequence
      return try goOn(segment, scan)
    }
    return nil
  }

  /// A file whose making was interrupted: it holds nothing.
  private mutating func drop(_ segment: SegmentFile) throws(JournalError) {
    recovery.faults.append(
      JournalFault(
        file: segment.name, offset: 0, length: segment.length, what: .fileHeader,
        reason: "no header and no block: removed"))
    recovery.droppedBytes += segment.length
    do throws(DiskError) { try disk.remove(segment.name) } catch { throw .disk(error) }
  }

  private mutating func repairOlder(_ names: ArraySlice<String>) throws(JournalError) {
    for name in names {
      if try SegmentFile.hasEnd(disk, name: name) { continue }
      let segment = try SegmentFile(disk, name: name)
      if epoch == nil { epoch = segment.header?.epoch }
      let scan = try SegmentScan.scan(segment)
      var open = try repair(segment, scan)
      do throws(DiskError) { try open.seal(now: now.nanoseconds) } catch { throw .disk(error) }
    }
  }

  private mutating func goOn(
    _ segment: SegmentFile, _ scan: SegmentScan
  ) throws(JournalError) -> OpenSegment? {
    var open = try repair(segment, scan)
    if segment.header != nil, open.end < options.segmentBytes { return open }
    do throws(DiskError) { try open.seal(now: now.nanoseconds) } catch { throw .disk(error) }
    return nil
  }

  /// Cuts a torn tail, and makes what is left durable: it is the journal from now on.
  private mutating func repair(
    _ segment: SegmentFile, _ scan: SegmentScan
  ) throws(JournalError) -> OpenSegment {
    if segment.header == nil {
      recovery.faults.append(
        JournalFault(
          file: segment.name, offset: 0, length: SegmentHeader.length, what: .fileHeader,
          reason: "it is damaged"))
    }
    if let fault = segment.indexFault { recovery.faults.append(fault) }
    recovery.faults.append(contentsOf: scan.faults)
    walked.append(contentsOf: scan.definitions)
    do throws(DiskError) {
      let file = try disk.open(segment.name, .writing)
      if segment.length > scan.end {
        recovery.droppedBytes += segment.length - scan.end
        if scan.tornBytes > 0 {
          recovery.faults.append(
            JournalFault(
              file: segment.name, offset: scan.end, length: segment.length - scan.end,
              what: .tornTail, reason: "\(scan.tornReason): cut off"))
        }
        try file.truncate(to: scan.end)
      }
      try file.sync()
      return OpenSegment(
        file: file, name: segment.name, end: scan.end, builder: scan.builder)
    } catch {
      throw .disk(error)
    }
  }

  private func newSegment() throws(JournalError) -> OpenSegment {
    do throws(DiskError) {
      return try OpenSegment.create(
        disk, epoch: recovery.epoch, first: recovery.lastSequence + 1, now: now.nanoseconds)
    } catch {
      throw .disk(error)
    }
  }

  // MARK: Definitions

  private mutating func openDefinitions(
    _ loaded: DefinitionsFile.Loaded
  ) throws(JournalError) -> DefinitionsFile {
    var known = loaded.definitions
    if !loaded.isWhole, !recovery.isNew {
      known.append(contentsOf: try definitionsOfSegments())
    }
    known.append(contentsOf: walked)
    // What was defined after the last event that was recorded will be defined anew.
    var seen: Set<UInt64> = []
    known = known.filter { entry in
      entry.sequence <= recovery.lastSequence && seen.insert(entry.sequence).inserted
    }
    known.sort { $0.sequence < $1.sequence }
    recovery.definitions = known
    do throws(DiskError) {
      if loaded.isWhole, known == loaded.definitions, loaded.epoch == recovery.epoch {
        return try DefinitionsFile.open(disk, epoch: recovery.epoch, loaded: loaded)
      }
      return try DefinitionsFile.create(
        disk, epoch: recovery.epoch, definitions: known, now: now.nanoseconds)
    } catch {
      throw .disk(error)
    }
  }

  /// Looks through all sealed segments: slow, and only when the file of definitions is damaged.
  private func definitionsOfSegments() throws(JournalError) -> [JournalDefinition] {
    var found: [JournalDefinition] = []
    do throws(DiskError) {
      for name in try disk.segmentNames() {
        let file = try disk.open(name, .reading)
        let limit = try file.size()
        var window = FileWindow(ahead: 4096)
        var offset = SegmentHeader.length
        while let header = try window.header(file, at: offset, limit: limit) {
          if header.codec == .definitions,
            case .frame = try window.frame(file, at: offset, limit: limit)
          {
            let body = offset - window.start + BlockHeader.length
            found +=
              (try? DefinitionFrame.read(
                window.bytes.extracting(body..<body + header.bodyLength))) ?? []
          }
          offset += header.frameLength
        }
      }
    } catch {
      throw .disk(error)
    }
    return found
  }
}

extension JournalDisk {
  /// The names of all segments, in order of their sequences.
  func segmentNames() throws(DiskError) -> [String] {
    try names().filter { FileName.first(ofSegment: $0) != nil }
  }
}
