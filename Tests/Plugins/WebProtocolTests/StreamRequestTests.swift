import EngineCore
import Testing

@testable import WebProtocol

@Suite("Requests")
struct StreamRequestTests {
  /// What the vectors say of a request.
  private static func means(_ request: StreamRequest) -> JSONValue {
    func number(_ value: UInt64?) -> JSONValue { value.map { .integer($0) } ?? .null }
    var members: [(String, JSONValue)]
    switch request.operation {
    case .ping: members = [("op", .string("ping"))]
    case .hello(let client, let token):
      members = [
        ("op", .string("hello")), ("client", .string(client)), ("token", .optional(token)),
      ]
    case .authenticate(let token):
      members = [("op", .string("authenticate")), ("token", .string(token))]
    case .subscribe(let wish):
      let start: String
      switch wish.start {
      case .live: start = "live"
      case .snapshot: start = "snapshot"
      case .position(let epoch, let next): start = "position \(epoch):\(next)"
      case .time(let time): start = "time \(time.nanoseconds)"
      }
      members = [
        ("op", .string("subscribe")),
        ("subjects", .array(wish.subjects.map { .string("\($0)") })),
        ("sub", number(wish.subscription.map { UInt64($0) })),
        ("policy", .string(wish.policy.rawValue)), ("rate_ns", number(wish.rateNanos)),
        ("flush_ns", number(wish.flushNanos)), ("start", .string(start)),
        ("times", .string(wish.format.times.rawValue)),
        ("fields", .string(wish.format.fields.rawValue)),
      ]
    case .update(let update):
      members = [
        ("op", .string("update")), ("sub", .integer(update.subscription)),
        ("rate_ns", number(update.rateNanos)), ("flush_ns", number(update.flushNanos)),
      ]
    case .unsubscribe(let numbers):
      members = [
        ("op", .string("unsubscribe")), ("subs", .array(numbers.map { .integer($0) })),
      ]
    }
    return .object(members + [("id", .integer(request.id))])
  }

  @Test("a request means what the vectors say")
  func good() throws {
    for vector in try WebVectors.list("requests") {
      let text = try #require(vector["text"]?.string)
      let request = try StreamRequest.parse(Array(text.utf8).raw).get()
      #expect(Self.means(request) == vector["means"], "\(text)")
    }
  }

  @Test("a bad request is named with its place, and quoted")
  func bad() throws {
    for vector in try WebVectors.list("bad_requests") {
      let text = try #require(vector["text"]?.string)
      guard case .failure(let error) = StreamRequest.parse(Array(text.utf8).raw) else {
        Issue.record("accepted: \(text)")
        continue
      }
      #expect(error.code.rawValue == vector["code"]?.string, "\(text)")
      #expect(error.request == vector["id"]?.int64, "\(text)")
      #expect(error.position?.line == vector["line"]?.int64.map { Int($0) }, "\(text): \(error)")
      #expect(
        error.position?.column == vector["column"]?.int64.map { Int($0) }, "\(text): \(error)")
      #expect(error.excerpt != nil || text.contains("token"))
    }
  }

  @Test("misspelt words are answered with those that were meant")
  func hints() {
    func hint(_ text: String) -> String? {
      guard case .failure(let error) = StreamRequest.parse(Array(text.utf8).raw) else {
        return nil
      }
      return error.hint
    }
    #expect(hint(#"{"id":1,"op":"subscibe"}"#) == #"did you mean "subscribe"?"#)
    #expect(
      hint(#"{"id":1,"op":"subscribe","subjects":">","polcy":"x"}"#)
        == #"did you mean "policy"?"#)
  }

  @Test("an excerpt is short, whole characters, and never shows a token")
  func excerpts() {
    let long = String(repeating: "é", count: 100)
    let text = Array("\n\(long)".utf8)
    let excerpt = StreamError.excerpt(of: text, at: TextPosition(line: 2, column: 51))
    #expect(excerpt == "…" + String(repeating: "é", count: 80) + "…")
    #expect(StreamError.excerpt(of: text, at: TextPosition(line: 3, column: 1)) == nil)
    #expect(StreamError.excerpt(of: Array("ab".utf8), at: TextPosition(line: 1, column: 9)) == "ab")
    let secret = #"{"id":1,"op":"authenticate","token":"s3cret","x":1}"#
    guard case .failure(let error) = StreamRequest.parse(Array(secret.utf8).raw) else {
      Issue.record("accepted")
      return
    }
    #expect(error.excerpt == nil)
    #expect(!error.message.contains("s3cret"))
  }

  @Test("random text is an error or a request, never a trap", arguments: 0..<300)
  func hostile(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let vectors = try WebVectors.list("requests")
    var text = Array((vectors.randomElement(using: &random)?["text"]?.string ?? "").utf8)
    for _ in 0..<Int.random(in: 0...6, using: &random) where !text.isEmpty {
      let index = Int.random(in: 0..<text.count, using: &random)
      switch Int.random(in: 0...2, using: &random) {
      case 0: text.remove(at: index)
      case 1: text[index] = UInt8(truncatingIfNeeded: random.next())
      default: text.insert(Array("{}[]\":,0\\".utf8).randomElement(using: &random) ?? 0, at: index)
      }
    }
    switch StreamRequest.parse(text.raw) {
    case .success(let request): #expect(request.id >= 0)
    case .failure(let error): #expect(!error.message.isEmpty)
    }
  }
}
