import CBench
import EngineCore
import Glibc
import JournalFiles

/// Ticks into a journal, a batch at a time, with the syncs of the policy.
enum Appending {
  static func run(_ arguments: Arguments) throws {
    let pool = try arguments.ticks(min(arguments.events, 2_000_000))
    let disk = try PosixDisk(folder: arguments.path)
    let (writer, recovery) = try JournalWriter.open(disk, options: arguments.options, now: now())
    let catalog = Catalog()
    var batch = [Event](repeating: Event(), count: arguments.batch)
    var sequence = recovery.lastSequence
    var shift: Int64 = 0
    var index = 0
    let startCPU = cpuSeconds()
    let start = seconds()
    var done = 0
    while done < arguments.events {
      for place in batch.indices {
        sequence += 1
        batch[place] = pool[index]
        batch[place].sequence = sequence
        if shift != 0 {
          batch[place] = Self.later(batch[place], shift)
        }
        index += 1
        if index == pool.count {
          index = 0
          shift += 200_000_000_000
        }
      }
      try writer.append(batch.span, catalog: catalog)
      try writer.commit(now: now())
      done += batch.count
    }
    try writer.sync(now: now())
    let took = seconds() - start
    let cpu = cpuSeconds() - startCPU
    try writer.close(now: now())
    let bytes = try JournalSegmentInfo.all(disk).reduce(0) { $0 + $1.bytes }
    print(
      """
      {"workload":"append","sync":"\(arguments.sync)","batch":\(arguments.batch),\
      "events":\(done),"seconds":\(rounded(took)),"per_second":\(Int(Double(done) / took)),\
      "cpu_ns":\(rounded(cpu / Double(done) * 1e9)),"folder_bytes":\(bytes)}
      """)
  }

  /// The same trade at a later time.
  private static func later(_ event: Event, _ nanos: Int64) -> Event {
    var trade = event.trade
    trade.eventTime = trade.eventTime.advanced(byNanos: nanos)
    trade.receiveTime = trade.receiveTime.advanced(byNanos: nanos)
    var moved = Event(trade)
    moved.sequence = event.sequence
    return moved
  }
}

/// All events of a journal, as fast as they come.
enum Reading {
  static func run(_ arguments: Arguments) throws {
    let disk = try PosixDisk(existing: arguments.path)
    for round in 0..<3 {
      let startCPU = cpuSeconds()
      let start = seconds()
      let reader = try JournalReader(disk)
      var count = 0
      var sum: Int64 = 0
      var step = try reader.next()
      while step != .end {
        if case .gap(let gap) = step { fail("\(gap)") }
        let events = reader.events
        count += events.count
        for index in events.indices { sum &+= events[index].trade.price.raw }
        step = try reader.next()
      }
      let took = seconds() - start
      print(
        """
        {"workload":"read","round":\(round),"events":\(count),"seconds":\(rounded(took)),\
        "per_second":\(Int(Double(count) / took)),\
        "cpu_ns":\(rounded((cpuSeconds() - startCPU) / Double(count) * 1e9)),"sum":\(sum)}
        """)
    }
  }
}

/// Ticks of one instrument from some place on.
enum Seeking {
  static func run(_ arguments: Arguments) throws {
    let disk = try PosixDisk(existing: arguments.path)
    let infos = try JournalSegmentInfo.all(disk)
    guard let first = infos.first?.first, let last = infos.last?.last else { fail("no journal") }
    var random = SeededRandom(seed: 1)
    for isMostActive in [true, false]
    where arguments.symbol == "both" || (arguments.symbol == "active") == isMostActive {
      var times: [Double] = []
      var found = 0
      for _ in 0..<arguments.rounds {
        let instrument =
          isMostActive ? 1 : 1 + UInt32(random.next() % UInt64(MadeTicks.instruments))
        let sequence = first + random.next() % max((last - first) / 2, 1)
        let start = seconds()
        let reader = try JournalReader(
          disk, from: .sequence(sequence),
          filter: JournalFilter(kinds: [.trade], instrument: InstrumentID(instrument)))
        var count = 0
        while count < arguments.count {
          let step = try reader.next()
          guard step == .events else { break }
          count += reader.events.count
        }
        times.append(seconds() - start)
        found += count
      }
      times.sort()
      print(
        """
        {"workload":"seek","symbol":"\(isMostActive ? "most active" : "any")",\
        "rounds":\(times.count),"found":\(found),"p50_ms":\(rounded(times[times.count / 2] * 1e3)),\
        "p99_ms":\(rounded(times[times.count * 99 / 100] * 1e3))}
        """)
    }
  }
}

/// Opening for writing.
enum Opening {
  static func run(_ arguments: Arguments) throws {
    let disk = try PosixDisk(existing: arguments.path)
    let start = seconds()
    let (writer, recovery) = try JournalWriter.open(disk, options: arguments.options, now: now())
    let took = seconds() - start
    try writer.close(now: now())
    print(
      """
      {"workload":"open","seconds":\(rounded(took, 1e6)),"last":\(recovery.lastSequence),\
      "definitions":\(recovery.definitions.count)}
      """)
  }
}

/// All sealed segments made compact.
enum Compacting {
  static func run(_ arguments: Arguments) throws {
    let disk = try PosixDisk(existing: arguments.path)
    for info in try JournalSegmentInfo.all(disk) where info.sealed != nil && !info.isCompact {
      let start = seconds()
      let done = try JournalCompaction.compact(disk, segment: info.name)
      let took = seconds() - start
      print(
        """
        {"workload":"compact","segment":"\(info.name)","events":\(done.events),\
        "per_second":\(Int(Double(done.events) / took)),\
        "bytes_before":\(rounded(Double(done.bytesBefore) / Double(done.events))),\
        "bytes_after":\(rounded(Double(done.bytesAfter) / Double(done.events)))}
        """)
    }
  }
}

/// Bytes a tick, live and compact.
enum Sizes {
  static func run(_ arguments: Arguments) throws {
    let events = try arguments.ticks(min(arguments.events, 3_000_000))
    let folder = "/tmp/journalbench-\(getpid())"
    let disk = try PosixDisk(folder: folder)
    defer {
      for name in (try? disk.names()) ?? [] { try? disk.remove(name) }
      rmdir(folder)
    }
    let catalog = Catalog()
    let (writer, _) = try JournalWriter.open(disk, options: arguments.options, now: now())
    var index = 0
    while index < events.count {
      let end = min(index + arguments.batch, events.count)
      try writer.append(events.span.extracting(index..<end), catalog: catalog)
      try writer.commit(now: now())
      index = end
    }
    try writer.roll(now: now())
    let live = try JournalSegmentInfo.all(disk).reduce(0) { $0 + $1.bytes }
    for info in try JournalSegmentInfo.all(disk) where info.sealed != nil {
      try JournalCompaction.compact(disk, segment: info.name)
    }
    let compact = try JournalSegmentInfo.all(disk).reduce(0) { $0 + $1.bytes }
    let count = Double(events.count)
    let entropy = arguments.path == "made" ? rounded(MadeTicks.entropyBytes) : 0
    print(
      """
      {"workload":"size","file":"\(arguments.path)","events":\(events.count),\
      "batch":\(arguments.batch),"live":\(rounded(Double(live) / count)),\
      "compact":\(rounded(Double(compact) / count)),"entropy":\(entropy)}
      """)
  }
}
