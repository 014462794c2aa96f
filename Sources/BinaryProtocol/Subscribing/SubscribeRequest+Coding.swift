import EngineCore

extension SubscribeRequest {
  /// The request's bytes.
  public var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(policy.wireCode)
    bytes.append(start.code)
    bytes.appendInteger(options.rawValue)
    switch start {
    case .live, .snapshot:
      bytes.appendInteger(UInt64(0))
      bytes.appendInteger(UInt64(0))
    case .position(let position):
      bytes.appendInteger(position.epoch)
      bytes.appendInteger(position.next)
    case .time(let time):
      bytes.appendInteger(UInt64(0))
      bytes.appendInteger(UInt64(bitPattern: time.nanoseconds))
    }
    bytes.appendInteger(conflationNanos)
    bytes.appendInteger(flushNanos)
    bytes.appendInteger(UInt16(clamping: subjects.count))
    for subject in subjects.prefix(Int(UInt16.max)) { bytes.appendText(subject) }
    return bytes
  }

  /// Reads a request; the error is what the caller gets.
  public init(decoding bytes: [UInt8]) throws(CallError) {
    var reader = RequestReader(bytes, method: Self.method)
    let policy = try reader.integer(UInt8.self, "policy")
    let start = try reader.integer(UInt8.self, "start")
    let options = SubscribeOptions(rawValue: try reader.integer(UInt16.self, "flags"))
    let epoch = try reader.integer(UInt64.self, "epoch")
    let from = try reader.integer(UInt64.self, "from")
    let conflation = try reader.integer(UInt64.self, "conflation interval")
    let flush = try reader.integer(UInt64.self, "flush interval")
    let count = try reader.integer(UInt16.self, "count of subjects")
    guard let policy = DeliveryPolicy(wireCode: policy) else {
      throw reader.bad("policy", "1 to 4", "\(policy)")
    }
    guard options.isSubset(of: .known) else {
      throw reader.bad("flags", "\(SubscribeOptions.known.rawValue) at most", "\(options.rawValue)")
    }
    guard (1...Self.subjectsMax).contains(Int(count)) else {
      throw reader.bad("count of subjects", "1 to \(Self.subjectsMax)", "\(count)")
    }
    for (name, interval) in [("conflation", conflation), ("flush", flush)]
    where interval > Self.intervalNanosMax {
      throw reader.bad("\(name) interval", "at most an hour", "\(interval) ns")
    }
    var subjects: [String] = []
    for _ in 0..<count {
      let subject = try reader.text("subject")
      guard (1...Self.subjectBytesMax).contains(subject.utf8.count) else {
        throw reader.bad(
          "subject", "1 to \(Self.subjectBytesMax) bytes", "\(subject.utf8.count)")
      }
      subjects.append(subject)
    }
    try reader.end()
    self.init(
      subjects, policy: policy, start: try Self.start(start, epoch, from, reader),
      conflationNanos: conflation, flushNanos: flush, options: options)
  }

  private static func start(
    _ code: UInt8, _ epoch: UInt64, _ from: UInt64, _ reader: RequestReader
  ) throws(CallError) -> SubscribeStart {
    guard code == 3 || epoch == 0 else { throw reader.bad("epoch", "0", "\(epoch)") }
    guard code == 3 || code == 4 || from == 0 else { throw reader.bad("from", "0", "\(from)") }
    switch code {
    case 1: return .live
    case 2: return .snapshot
    case 3: return .position(StreamPosition(epoch: epoch, next: from))
    case 4: return .time(Timestamp(nanoseconds: Int64(bitPattern: from)))
    default: throw reader.bad("start", "1 to 4", "\(code)")
    }
  }
}
