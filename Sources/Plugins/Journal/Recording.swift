internal import EngineCore
internal import JournalFiles

/// What is kept of the events on the bus: everything that has a position.
enum Recording {
  /// Appends a batch; gaps without a position, which are the reader's own, are left out.
  ///
  /// - Returns: how many events were kept.
  static func append(
    _ batch: Span<Event>, to writer: JournalWriter, catalog: Catalog
  ) throws(JournalError) -> Int {
    var kept = 0
    var start = 0
    for index in 0..<batch.count where batch[index].sequence == 0 {
      try append(batch.extracting(start..<index), writer, catalog)
      kept += index - start
      start = index + 1
    }
    try append(batch.extracting(start..<batch.count), writer, catalog)
    return kept + batch.count - start
  }

  private static func append(
    _ events: Span<Event>, _ writer: JournalWriter, _ catalog: Catalog
  ) throws(JournalError) {
    if events.count > 0 { try writer.append(events, catalog: catalog) }
  }
}
