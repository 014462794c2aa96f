internal import EngineCore
internal import GRDB

/// What Alertmanagers were told that it fires.
extension NotifyStore {
  func firing(_ channel: String) throws(PluginError) -> [FiringAlert] {
    try told { queue in
      try queue.read { db in
        let rows = try Row.fetchAll(
          db,
          sql: """
            SELECT rule, instrument, labels, annotations, since FROM firing WHERE channel = ?
            ORDER BY rule, instrument
            """, arguments: [channel])
        return rows.compactMap { row in
          guard let labels = try? JSONReader().read(row[2] as String),
            let annotations = try? JSONReader().read(row[3] as String)
          else { return nil }
          return FiringAlert(
            rule: row[0], instrument: row[1], labels: labels, annotations: annotations,
            since: Timestamp(nanoseconds: row[4]))
        }
      }
    }
  }

  func note(
    firing: [FiringAlert], over: [FiringAlert], channel: String
  ) throws(PluginError) {
    guard !firing.isEmpty || !over.isEmpty else { return }
    try told { queue in
      try queue.write { db in
        for alert in over {
          try db.execute(
            sql: "DELETE FROM firing WHERE channel = ? AND rule = ? AND instrument = ?",
            arguments: [channel, alert.rule, alert.instrument])
        }
        for alert in firing {
          try db.execute(
            sql: "INSERT OR REPLACE INTO firing VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
              channel, alert.rule, alert.instrument, alert.labels.text(),
              alert.annotations.text(), alert.since.nanoseconds,
            ])
        }
      }
    }
  }
}
