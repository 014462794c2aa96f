internal import EngineCore
internal import TickFiles

extension ReplayPlayer {
  /// The answer to every command: where the replay is and what it has seen.
  var stats: JSONValue {
    .object([
      ("state", .string(isFinished ? "finished" : isHeld ? "paused" : "playing")),
      ("speed", .string(playback.speed.description)),
      ("position", .optional(position.map { Timestamp(nanoseconds: $0).description })),
      ("rows", .integer(counters.rows)),
      ("passed_over", .integer(counters.passed)),
      ("out_of_order", .integer(counters.outOfOrder)),
      ("malformed", .integer(faults.count)),
      ("first_malformed", .array(faults.first.map { .string($0) })),
      ("definitions", .integer(definitions)),
      ("passes", .integer(counters.passes)),
      ("slipped_ns", .integer(playback.slippedNanos)),
      (
        "files",
        .array(
          files.map { file in
            .object([
              ("path", .string(file.settings.path)), ("bytes_read", .integer(file.position)),
            ])
          })
      ),
    ])
  }
}
