internal import EngineCore
internal import Fanout
internal import NIOHTTP1

/// A request to an endpoint, with what endpoints need of the engine: a value, for any thread.
struct RESTCall: Sendable {
  let method: HTTPMethod
  /// Named parts of the path and items of the query, decoded and checked.
  let values: [String: String]
  let body: [UInt8]
  let contentType: String
  let grant: Access.Grant
  let catalog: Catalog
  let capabilities: Capabilities
  let clock: any EngineClock
  /// Where ticks go in.
  let door: TickDoor
  /// How long questions for bars took.
  let durations: QueryDurations

  // MARK: Parameters

  /// A parameter that has to be there, or is required.
  func text(_ name: String) -> String { values[name] ?? "" }

  func optionalText(_ name: String) -> String? { values[name] }

  func integer(_ name: String) -> Int64? { values[name].flatMap { Int64($0) } }

  func time(_ name: String) -> Timestamp? { values[name].flatMap { Self.time($0) } }

  /// A time as it is written in queries, where a plus sign of a zone may have become a blank. All
  /// that is before the first time there is begins with it.
  static func time(_ text: String) -> Timestamp? {
    if let time = Timestamp(clamping: text) { return time }
    guard let blank = text.lastIndex(of: " "), text[blank...].contains(":") else { return nil }
    return Timestamp(clamping: text.replacingCharacter(at: blank, with: "+"))
  }

  /// The elements of a list with commas.
  func list(_ name: String) -> [String]? {
    values[name].map { $0.split(separator: ",").map(String.init) }
  }

  /// The body as JSON.
  func json() throws(HTTPAnswer.Refusal) -> JSONValue {
    do throws(JSONError) {
      return try JSONReader(depthMaximum: 64).read(body)
    } catch {
      throw HTTPAnswer.Refusal(status: 400, reason: "the body is not JSON: \(error)")
    }
  }

  // MARK: Names

  /// The instrument that a parameter names.
  func instrument(_ name: String = "symbol") throws(HTTPAnswer.Refusal) -> InstrumentID {
    let key = text(name)
    if let id = catalog.instrument(key: key) { return id }
    let near = Spelling.nearest(to: key, in: catalog.names(in: .instrument))
    let hint = near.map { ": did you mean \"\($0)\"?" } ?? ""
    throw HTTPAnswer.Refusal(status: 404, reason: "there is no instrument \"\(key)\"\(hint)")
  }

  /// Refuses who may not read that subject.
  func mayRead(_ subject: [String]) throws(HTTPAnswer.Refusal) {
    let pattern = SubjectPattern(subject.map { .name($0) })
    guard grant.maySubscribe(pattern) else {
      throw HTTPAnswer.Refusal(
        status: 403,
        reason: "the token of \(grant.name) may not read \(subject.joined(separator: "."))")
    }
  }

  // MARK: Questions to plugins

  /// Asks whoever answers such questions.
  func ask<Desk: Sendable, Answer: Sendable>(
    _ key: CapabilityKey<Desk>,
    _ question: (Desk) async throws(PluginError) -> Answer
  ) async throws(HTTPAnswer.Refusal) -> Answer {
    let desk: Desk
    do throws(PluginError) {
      desk = try capabilities.find(key)
    } catch {
      throw HTTPAnswer.Refusal(status: 503, reason: error.description)
    }
    do throws(PluginError) {
      return try await question(desk)
    } catch {
      throw HTTPAnswer.Refusal(status: 422, reason: error.description)
    }
  }
}

extension String {
  fileprivate func replacingCharacter(at index: Index, with text: String) -> String {
    String(self[..<index]) + text + String(self[self.index(after: index)...])
  }
}
