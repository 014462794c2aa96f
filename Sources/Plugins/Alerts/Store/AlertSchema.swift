internal import GRDB

/// The tables of the store, by migrations: what is once released stays as it is.
enum AlertSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1", migrate: first)
    migrator.registerMigration("2") { db in
      // The oldest that wait, whenever they are due.
      try db.execute(
        sql: """
          CREATE INDEX outbox_waiting ON outbox (created) WHERE status = 'pending';
          CREATE INDEX history_instrument ON history (instrument, number)
          """)
    }
    migrator.registerMigration("3") { db in
      // What waits for a channel, and what it has given up, in order.
      try db.execute(
        sql: """
          CREATE INDEX outbox_channel ON outbox (channel, id) WHERE status = 'pending';
          CREATE INDEX outbox_dead ON outbox (channel, id) WHERE status = 'dead'
          """)
    }
    migrator.registerMigration("4") { db in
      // Each index is written with each notification, and again when it is settled.
      try db.execute(
        sql: """
          DROP INDEX outbox_pending;
          DROP INDEX outbox_waiting;
          DROP INDEX outbox_channel;
          CREATE INDEX outbox_channel ON outbox (channel, id, created) WHERE status = 'pending'
          """)
    }
    return migrator
  }

  private static func first(_ db: Database) throws {
    // Who uses the store: an instance that another one took it from is refused.
    try db.execute(
      sql: """
        CREATE TABLE holder (id INTEGER PRIMARY KEY CHECK (id = 1), token INTEGER NOT NULL);
        INSERT INTO holder VALUES (1, 0);
        CREATE TABLE positions (
          name TEXT PRIMARY KEY CHECK (name IN ('base', 'newest')), epoch INTEGER NOT NULL,
          sequence INTEGER NOT NULL, transitions INTEGER NOT NULL, told INTEGER NOT NULL,
          version INTEGER NOT NULL, instruments INTEGER NOT NULL, specs INTEGER NOT NULL,
          desk TEXT NOT NULL);
        CREATE TABLE rules (
          number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, origin TEXT NOT NULL,
          enabled INTEGER NOT NULL, rule TEXT NOT NULL);
        CREATE TABLE silences (
          id TEXT PRIMARY KEY, rule TEXT, instrument TEXT, owner TEXT, severity_max TEXT,
          until INTEGER NOT NULL, author TEXT, comment TEXT) WITHOUT ROWID;
        CREATE TABLE instruments (
          key TEXT PRIMARY KEY, about TEXT NOT NULL, last INTEGER NOT NULL, bid INTEGER NOT NULL,
          ask INTEGER NOT NULL, size INTEGER NOT NULL, heard INTEGER NOT NULL,
          mute INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE terms (
          instrument TEXT NOT NULL, term TEXT NOT NULL, shared BLOB NOT NULL, own BLOB NOT NULL,
          PRIMARY KEY (instrument, term));
        CREATE TABLE rule_changes (
          version INTEGER PRIMARY KEY AUTOINCREMENT, epoch INTEGER NOT NULL, after INTEGER,
          change TEXT NOT NULL);
        CREATE TABLE history (
          number INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, rule TEXT NOT NULL,
          instrument TEXT NOT NULL, from_state INTEGER NOT NULL, to_state INTEGER NOT NULL,
          reason INTEGER NOT NULL, severity INTEGER NOT NULL, delivery INTEGER NOT NULL,
          flapping INTEGER NOT NULL, generation INTEGER NOT NULL, suppressed INTEGER NOT NULL,
          value INTEGER NOT NULL, threshold INTEGER NOT NULL, unit INTEGER NOT NULL,
          time INTEGER NOT NULL, since INTEGER NOT NULL, cause INTEGER NOT NULL,
          message TEXT NOT NULL);
        CREATE INDEX history_rule ON history (rule, number);
        CREATE TABLE outbox (
          id INTEGER PRIMARY KEY AUTOINCREMENT, rule TEXT NOT NULL, instrument TEXT NOT NULL,
          generation INTEGER NOT NULL, number INTEGER NOT NULL, channel TEXT NOT NULL,
          kind TEXT NOT NULL, severity TEXT NOT NULL, title TEXT NOT NULL, members TEXT NOT NULL,
          more INTEGER NOT NULL, created INTEGER NOT NULL, epoch INTEGER NOT NULL,
          position INTEGER NOT NULL, status TEXT NOT NULL DEFAULT 'pending', due INTEGER NOT NULL,
          attempts INTEGER NOT NULL DEFAULT 0, error TEXT, settled INTEGER,
          UNIQUE (rule, instrument, generation, number, channel));
        CREATE INDEX outbox_pending ON outbox (due) WHERE status = 'pending';
        CREATE INDEX outbox_settled ON outbox (settled) WHERE status <> 'pending';
        """)
    for table in ["states", "changed_states"] {
      try db.execute(
        sql: """
          CREATE TABLE \(table) (
            rule TEXT NOT NULL, instrument TEXT NOT NULL, state INTEGER NOT NULL,
            marks INTEGER NOT NULL, condition INTEGER NOT NULL, signs INTEGER NOT NULL,
            latches INTEGER NOT NULL, generation INTEGER NOT NULL,
            notifications INTEGER NOT NULL, suppressed INTEGER NOT NULL,
            flap_count INTEGER NOT NULL, flap_start INTEGER NOT NULL, since INTEGER NOT NULL,
            begun INTEGER NOT NULL, last_fired INTEGER NOT NULL, last_told INTEGER NOT NULL,
            calm_since INTEGER NOT NULL, value INTEGER NOT NULL, threshold INTEGER NOT NULL,
            unit INTEGER NOT NULL, cause INTEGER NOT NULL, PRIMARY KEY (rule, instrument)) WITHOUT ROWID
          """)
    }
  }
}
