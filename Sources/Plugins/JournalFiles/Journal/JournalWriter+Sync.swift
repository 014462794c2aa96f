public import EngineCore

extension JournalWriter {
  /// Writes, and syncs when the policy says so: after each batch, and from a timer at
  /// `nextCommit`.
  public func commit(now: Timestamp) throws(JournalError) {
    try write(now: now)
    if isSyncDue(now) { try sync(now: now) }
  }

  /// The same for who has a thread to wait for the disk: it calls `run` there, and `finishSync`
  /// here. A policy that counts events or batches has its sync at once, as who goes on relies on
  /// what it bounds.
  public func commitApart(now: Timestamp) throws(JournalError) -> JournalSync? {
    guard case .every = options.sync else {
      try commit(now: now)
      return nil
    }
    try write(now: now)
    if let begun, begun.isDone { try finishSync(now: now) }
    guard begun == nil, isSyncDue(now) else { return nil }
    let sync = JournalSync(
      files: definitions.beginSync() + [segment.file], sequence: written, bytes: segment.end,
      events: unsyncedEvents, began: now.nanoseconds)
    begun = sync
    return sync
  }

  /// Takes note of the sync that was begun, and waits for it when it is not done.
  public func finishSync(now: Timestamp) throws(JournalError) {
    guard let done = begun else { return }
    let error = done.run()
    begun = nil
    if let error { try fail(error) }
    noteSynced(
      through: done.sequence, bytes: done.bytes, events: done.events,
      at: Timestamp(nanoseconds: done.began))
  }

  /// When `commit` has something to do though nothing comes in; nil when nothing waits, or for a
  /// sync that was begun.
  public var nextCommit: Timestamp? {
    guard unsyncedEvents > 0 || staging.count > 0 || output.count > 0 else { return nil }
    guard case .every(let nanos) = options.sync, begun == nil else { return nil }
    return lastSync.advanced(byNanos: nanos)
  }

  private func isSyncDue(_ now: Timestamp) -> Bool {
    guard unsyncedEvents > 0 else {
      // Waiting begins with the next event.
      lastSync = now
      return false
    }
    switch options.sync {
    case .every(let nanos): return now < lastSync || now.nanos(since: lastSync) >= nanos
    case .everyEvents(let count): return unsyncedEvents >= count
    case .eachBatch: return true
    }
  }

  /// Makes what was written survive a loss of power.
  ///
  /// After a failed sync nobody knows what is on the disk: the system may have dropped the pages
  /// and will not say so again. Every call is refused from then on, until `repair` has written
  /// the events of the time since the last good sync once more, or the writer is closed.
  public func sync(now: Timestamp) throws(JournalError) {
    try check()
    try finishSync(now: now)
    guard unsyncedEvents > 0 else { return }
    do throws(DiskError) {
      try definitions.sync()
      try segment.file.sync()
    } catch {
      try fail(error)
    }
    noteSynced(now)
  }

  private func fail(_ error: DiskError) throws(JournalError) -> Never {
    failure = "\(error)"
    throw .disk(error)
  }

  /// All that was written survives a loss of power.
  func noteSynced(_ now: Timestamp) {
    noteSynced(through: written, bytes: segment.end, events: unsyncedEvents, at: now)
  }

  private func noteSynced(through sequence: UInt64, bytes: Int, events: Int, at time: Timestamp) {
    synced = sequence
    syncedBytes = bytes
    unsyncedEvents -= events
    lastSync = time
    forgetOld()
  }

  /// Gives memory back that holds what is on the disk: a journal that stays in memory as a whole
  /// drives out what others need.
  private func forgetOld() {
    let old = syncedBytes - options.cachedBytes
    guard old - forgottenBytes >= options.cachedBytes / 4 else { return }
    segment.file.forget(forgottenBytes..<old)
    forgottenBytes = old
  }
}
