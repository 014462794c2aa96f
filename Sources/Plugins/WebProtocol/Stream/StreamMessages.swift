internal import EngineCore

/// The text of what a server says, but for batches of events (`EventBatch`).
public enum StreamMessages {
  /// The version of the protocol.
  public static let version = 1

  /// The first message of a connection.
  static func welcome(_ server: StreamServer, needsToken: Bool, limits: StreamLimits) -> [UInt8] {
    write { json in
      json.object("hello") { json in
        json.member("server", "tickwire")
        json.member("version", version)
        json.member("release", server.release)
        json.member("epoch", String(server.epoch))
        json.member("next", server.next)
        json.member("t", Timestamp(nanoseconds: server.timeNanos).description)
        json.member("token", needsToken ? "needed" : "not needed")
        json.member("heartbeat", duration(server.heartbeatNanos))
        json.object("limits") { json in
          json.member("subscriptions", limits.subscriptions)
          json.member("subjects", StreamSubscribe.subjectsMax)
          json.member("request_bytes", limits.requestBytes)
          json.member("requests_per_second", limits.requestsPerSecond)
        }
      }
    }
  }

  /// The answer to a request that was done.
  static func done(
    _ request: Int64, _ members: (inout JSONWriter) -> Void = { _ in }
  ) -> [UInt8] {
    write { json in
      json.member("id", request)
      json.object("ok", members)
    }
  }

  static func subscribed(
    _ request: Int64, _ subscription: UInt32, _ answer: StreamSubscribed
  ) -> [UInt8] {
    done(request) { json in
      json.member("sub", subscription)
      json.member("epoch", String(answer.epoch))
      json.member("next", answer.next)
      json.member("policy", answer.policy.rawValue)
      if let resume = answer.resume { json.member("resume", resume.rawValue) }
      if let missing = answer.missing {
        json.array("missing") { json in
          json.value(missing.lowerBound)
          json.value(missing.upperBound)
        }
      }
      intervals(answer.rateNanos, answer.flushNanos, answer.policy == .conflate, &json)
      if !answer.warnings.isEmpty {
        json.array("warnings") { json in
          for warning in answer.warnings.prefix(StreamSubscribe.subjectsMax) { json.value(warning) }
        }
      }
    }
  }

  static func intervals(
    _ rateNanos: UInt64, _ flushNanos: UInt64, _ hasRate: Bool, _ json: inout JSONWriter
  ) {
    if hasRate { json.member("rate", duration(rateNanos)) }
    json.member("flush", duration(flushNanos))
  }

  private static func duration(_ nanos: UInt64) -> String {
    DurationText.format(Int64(clamping: nanos))
  }

  /// The answer to a request that was not done; `id` is null when it had no readable one.
  static func failed(_ error: StreamError) -> [UInt8] {
    write { json in
      if let id = error.request { json.member("id", id) } else { json.member("id", .null) }
      json.object("error") { json in
        write(error, &json)
        if let position = error.position {
          json.member("line", position.line)
          json.member("column", position.column)
        }
        if let excerpt = error.excerpt { json.member("request", excerpt) }
      }
    }
  }

  private static func write(_ error: StreamError, _ json: inout JSONWriter) {
    json.member("code", error.code.rawValue)
    json.member("message", error.message)
    if !error.hint.isEmpty { json.member("hint", error.hint) }
  }

  /// The last message of a subscription that the server ends.
  static func ended(_ subscription: UInt32, _ error: StreamError) -> [UInt8] {
    write { json in
      json.member("s", subscription)
      json.object("end") { json in write(error, &json) }
    }
  }

  /// The server stops: subscriptions end, and the connection is closed.
  static func goAway(_ text: String, reconnectNanos: UInt64) -> [UInt8] {
    write { json in
      json.object("goaway") { json in
        json.member("message", text)
        json.member("reconnect", duration(reconnectNanos))
      }
    }
  }

  /// Says that a subscription has everything below `next`, and comes to what happens now: the end
  /// of a snapshot, or of what was recorded.
  public static func live(_ subscription: UInt32, next: UInt64) -> [UInt8] {
    write { json in
      json.member("s", subscription)
      json.member("live", next)
    }
  }

  /// Says that every event below `next` that should have come was sent, or told in a gap: to one
  /// subscription, or with nil to all of the connection. The same for every client that has all.
  public static func heartbeat(
    _ subscription: UInt32? = nil, next: UInt64, timeNanos: Int64
  ) -> [UInt8] {
    write { json in
      if let subscription { json.member("s", subscription) }
      json.member("at", next)
      json.member("t", Timestamp(nanoseconds: timeNanos).description)
    }
  }

  private static func write(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    members(&json)
    json.endObject()
    return json.bytes
  }
}
