internal import EngineCore

/// A request of a client: one JSON object in one text message. docs/websocket.md has the grammar.
public struct StreamRequest: Equatable, Sendable {
  /// Given by the client; the answer repeats it.
  public var id: Int64
  public var operation: StreamOperation

  public init(id: Int64, _ operation: StreamOperation) {
    self.id = id
    self.operation = operation
  }

  /// Ids stay below 2⁵³, so that they are exact in JavaScript.
  static let idMax = 1 << 53 - 1
  static let operations = ["authenticate", "hello", "ping", "subscribe", "unsubscribe", "update"]
  static let textBytesMax = 4_096

  /// Reads the text of a message.
  public static func parse(_ text: RawSpan) -> Result<StreamRequest, StreamError> {
    let bytes = text.copy()
    var id: Int64?
    do throws(StreamError) {
      let value: JSONValue
      do throws(JSONError) {
        value = try JSONReader(depthMaximum: 8, sizeMaximum: 4 << 20).read(bytes)
      } catch {
        throw StreamError(
          .invalidArgument, "not JSON: expected \(error.expected), found \(error.found)",
          position: error.position)
      }
      var fields = try RequestFields(value)
      id = try fields.integer("id", 0...idMax).map { Int64($0) }
      guard let id else {
        throw fields.fault("id", expected: "an integer that the answer repeats", nil)
      }
      return .success(StreamRequest(id: id, try operation(&fields)))
    } catch {
      var error = error
      error.request = id
      if let position = error.position {
        error.excerpt = StreamError.excerpt(of: bytes, at: position)
      }
      return .failure(error)
    }
  }

  private static func operation(
    _ fields: inout RequestFields
  ) throws(StreamError) -> StreamOperation {
    let value = fields.value("op")
    guard let name = value?.string else {
      throw fields.fault(
        "op", expected: "one of \(operations.joined(separator: ", "))", value)
    }
    let operation: StreamOperation
    switch name {
    case "ping": operation = .ping
    case "hello":
      operation = .hello(
        client: try fields.string("client", bytesMax: 256) ?? "",
        token: try fields.string("token", bytesMax: textBytesMax))
    case "authenticate":
      guard let token = try fields.string("token", bytesMax: textBytesMax) else {
        throw fields.fault("token", expected: "a string", nil)
      }
      operation = .authenticate(token: token)
    case "subscribe": operation = .subscribe(try subscribe(&fields))
    case "update": operation = .update(try update(&fields))
    case "unsubscribe": operation = .unsubscribe(try unsubscribe(&fields))
    default:
      let nearest = Spelling.nearest(to: name, in: operations)
      throw StreamError(
        .unimplemented, "there is no operation \"\(name)\"",
        hint: nearest.map { "did you mean \"\($0)\"?" }
          ?? "there are \(operations.joined(separator: ", "))",
        position: value?.position)
    }
    try fields.finish(name)
    return operation
  }

  private static func subscribe(
    _ fields: inout RequestFields
  ) throws(StreamError) -> StreamSubscribe {
    var wish = StreamSubscribe(try subjects(&fields))
    wish.subscription = try fields.integer("sub", 1...StreamSubscribe.numberMax)
      .map { UInt32($0) }
    let policies: [DeliveryPolicy] = [.dropOldest, .conflate, .disconnect]
    wish.policy = try fields.choice("policy", policies) ?? .dropOldest
    let rate = fields.value("rate")
    wish.rateNanos = try fields.duration("rate") ?? 0
    if rate != nil, wish.policy != .conflate {
      throw StreamError(
        .invalidArgument, "rate: only policy \"conflate\" has one", hint: "set \"flush\" instead",
        position: rate?.position)
    }
    wish.flushNanos = try fields.duration("flush")
    let from = fields.value("from")
    if let from {
      guard let text = from.string, let start = StreamStart(text) else {
        throw fields.fault(
          "from",
          expected: "\"live\", \"snapshot\", a position such as \"17:42\" or a time such as "
            + "\"2026-01-31T09:30:00Z\"", from)
      }
      wish.start = start
    }
    wish.format.times = try fields.choice("times", EventFormat.Times.allCases) ?? .iso
    wish.format.fields = try fields.choice("fields", EventFormat.Fields.allCases) ?? .basic
    return wish
  }

  private static func subjects(
    _ fields: inout RequestFields
  ) throws(StreamError) -> [SubjectPattern] {
    let value = fields.value("subjects")
    let expected = "a subject, or a list of 1 to \(StreamSubscribe.subjectsMax)"
    guard let value else { throw fields.fault("subjects", expected: expected, nil) }
    let list = value.array ?? [value]
    guard (1...StreamSubscribe.subjectsMax).contains(list.count) else {
      throw fields.fault("subjects", expected: expected, value)
    }
    var patterns: [SubjectPattern] = []
    for element in list {
      let sizes = 1...StreamSubscribe.subjectBytesMax
      guard let text = element.string, sizes.contains(text.utf8.count) else {
        throw fields.fault(
          "subjects",
          expected: "a string such as \"trade.EURUSD\" of at most "
            + "\(StreamSubscribe.subjectBytesMax) bytes", element)
      }
      do throws(SubjectError) {
        patterns.append(try SubjectPattern(parsing: text))
      } catch {
        throw StreamError(
          .invalidArgument, "subjects: \(error)", hint: "the grammar is in docs/subjects.md",
          position: element.position)
      }
    }
    return patterns
  }

  private static func update(
    _ fields: inout RequestFields
  ) throws(StreamError) -> StreamUpdate {
    guard let number = try fields.integer("sub", 1...StreamSubscribe.numberMax) else {
      throw fields.fault("sub", expected: "the number of a subscription", nil)
    }
    return StreamUpdate(
      subscription: UInt32(number), rateNanos: try fields.duration("rate"),
      flushNanos: try fields.duration("flush"))
  }

  private static func unsubscribe(
    _ fields: inout RequestFields
  ) throws(StreamError) -> [UInt32] {
    let value = fields.value("sub")
    let expected = "the number of a subscription, or a list of them"
    guard let value else { throw fields.fault("sub", expected: expected, nil) }
    let list = value.array ?? [value]
    guard !list.isEmpty else { throw fields.fault("sub", expected: expected, value) }
    var numbers: [UInt32] = []
    for element in list {
      guard let number = element.int64, (1...Int64(StreamSubscribe.numberMax)).contains(number)
      else { throw fields.fault("sub", expected: expected, element) }
      numbers.append(UInt32(number))
    }
    return numbers
  }
}
