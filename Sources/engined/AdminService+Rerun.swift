internal import BinaryProtocol
internal import EngineCore
internal import Synchronization

/// Running the journal again, beside the engine.
extension AdminService {
  func addRerun(to router: inout CallRouter) {
    router.streaming(
      "journal.rerun", summary: "Runs the journal again and compares what is derived from it."
    ) { [self] _, payload, responder in
      let request = try AdminRequest(payload, keys: ["from", "to", "plugins"])
      try await rerun(try rerun(request), responder)
    }
  }

  private func rerun(_ request: AdminRequest) throws(CallError) -> RerunRequest {
    var rerun = RerunRequest(plugins: try request.strings("plugins") ?? [])
    if let from = try position(request, "from") { rerun.from = max(from, 1) }
    if let to = try position(request, "to") {
      guard to > rerun.from else {
        throw CallError(.invalidArgument, "to: expected a place behind \"from\"")
      }
      rerun.through = to - 1
    }
    return rerun
  }

  /// A position, or that of a time.
  private func position(_ request: AdminRequest, _ key: String) throws(CallError) -> UInt64? {
    let value = request.any(key)
    if value.isNull { return nil }
    if let number = value.int64, number >= 0 { return UInt64(number) }
    if let text = value.string {
      if let position = UInt64(text) { return position }
      if let time = Timestamp(text), let store = engine.logStore {
        do throws(PluginError) {
          return try store.position(at: time)
        } catch {
          throw CallError(.failedPrecondition, error.message, hint: error.hint)
        }
      }
    }
    throw CallError(
      .invalidArgument, "\(key): expected a position or a time, found \(value.summary)")
  }

  private func rerun(_ request: RerunRequest, _ responder: CallResponder) async throws {
    guard reruns.begin() else {
      throw CallError(
        .resourceExhausted, "the journal is being run again already", hint: "try again in a while")
    }
    let (steps, sink) = AsyncStream.makeStream(
      of: Result<JSONValue, CallError>.self, bufferingPolicy: .bufferingNewest(1))
    let (engine, reruns) = (engine, reruns)
    let isStarted = LaneThread.start(name: "rerun", isBackground: true) {
      defer {
        reruns.end()
        sink.finish()
      }
      do throws(PluginError) {
        let report = try engine.rerun(request) { progress in
          // Nobody waits any more: it ends.
          if case .terminated = sink.yield(.success(progress.json)) { return false }
          return true
        }
        sink.yield(.success(report.json))
      } catch {
        sink.yield(.failure(CallError(.failedPrecondition, error.message, hint: error.hint)))
      }
    }
    guard isStarted else {
      reruns.end()
      throw CallError(.resourceExhausted, "the system has no thread left")
    }
    for await step in steps { try await responder.send(try step.get().bytes) }
  }
}

/// Sees to it that the journal is run again for one at a time: it takes a core.
final class RerunTurn: Sendable {
  private let isTaken = Atomic<Bool>(false)

  func begin() -> Bool {
    isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
  }

  func end() { isTaken.store(false, ordering: .releasing) }
}

extension RerunProgress {
  fileprivate var json: JSONValue {
    .object([
      ("position", .integer(position)), ("end", .integer(end)), ("same", .integer(same)),
    ])
  }
}

extension RerunReport {
  /// The last message of `journal.rerun`.
  var json: JSONValue {
    .object([
      ("done", .bool(true)), ("identical", .bool(difference == nil)),
      ("events", .integer(events)), ("warmed_up", .integer(warmedUp)),
      ("missing", .integer(missing)), ("same", .integer(same)), ("left_out", .integer(leftOut)),
      ("unclaimed", .integer(unclaimed)), ("pending", .integer(pending)),
      ("plugins", .array(plugins.map(Self.json))), ("difference", difference?.json ?? .null),
    ])
  }

  private static func json(_ plugin: Plugin) -> JSONValue {
    .object([
      ("name", .string(plugin.name)), ("same", .integer(plugin.same)),
      ("left_out", .integer(plugin.leftOut)), ("reason", .optional(plugin.reason)),
      ("starts", .integer(plugin.starts)),
      ("started_after", plugin.startedAfter.map { .integer($0) } ?? .null),
      ("approximate", .bool(plugin.isApproximate)),
    ])
  }
}

extension RerunDifference {
  fileprivate var json: JSONValue {
    .object([
      ("plugin", .string(plugin)), ("position", .integer(position)),
      ("subject", .string(subject)), ("field", .string(field)),
      ("recorded", .optional(recorded)), ("computed", .optional(computed)),
      ("recorded_event", recordedEvent ?? .null), ("computed_event", computedEvent ?? .null),
    ])
  }
}
