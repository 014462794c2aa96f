internal import EngineCore
internal import JournalFiles

/// What is kept of the events on the bus: all but bars that still grow.
enum Recording {
  /// Appends a batch.
  ///
  /// The position of its last event is kept in any case, if only as an event of no kind: after a
  /// restart no position that somebody may have seen comes to mean another event.
  ///
  /// - Returns: how many events were kept.
  static func append(
    _ batch: Span<Event>, to writer: JournalWriter, catalog: Catalog
  ) throws(JournalError) -> Int {
    var kept = 0
    var start = 0
    for index in 0..<batch.count where !isKept(batch[index]) {
      try append(batch.extracting(start..<index), writer, catalog)
      kept += index - start
      start = index + 1
    }
    try append(batch.extracting(start..<batch.count), writer, catalog)
    kept += batch.count - start
    guard let last = batch.indices.last, !isKept(batch[last]) else { return kept }
    var place = Event()
    place.sequence = batch[last].sequence
    if place.sequence > writer.appended { try append([place].span, writer, catalog) }
    return kept
  }

  private static func append(
    _ events: Span<Event>, _ writer: JournalWriter, _ catalog: Catalog
  ) throws(JournalError) {
    if events.count > 0 { try writer.append(events, catalog: catalog) }
  }

  /// A bar that grows is told again and again; what counts is how it closed. A gap without a
  /// position is the reader's own.
  private static func isKept(_ event: Event) -> Bool {
    if event.sequence == 0 { return false }
    return event.kindCode != EventKind.bar.rawValue || event.bar.state != .open
  }
}
