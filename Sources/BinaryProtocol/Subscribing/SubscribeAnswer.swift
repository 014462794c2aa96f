public import EngineCore

/// The first message of a subscription: what will come.
public struct SubscribeAnswer: Equatable, Sendable {
  /// Whether a start at a position or time found all that was asked for.
  public enum Resume: UInt8, Sendable, CaseIterable {
    /// Nothing from before was asked for.
    case notAsked = 0
    /// Every event since is there.
    case complete = 1
    /// Some events are gone: `missing`.
    case partial = 2
    /// The log is another one; of it `missing` is gone.
    case anotherEpoch = 3
  }

  /// Where the stream stands before its first record: with a start at a position what was asked
  /// for, even when it is gone and a gap says so.
  public var position: StreamPosition
  /// The policy that was granted.
  public var policy: DeliveryPolicy
  public var resume: Resume
  /// What was granted of the wishes.
  public var options: SubscribeOptions
  /// What was asked for and is gone; nil when nothing is.
  public var missing: ClosedRange<UInt64>?
  /// The intervals that were granted.
  public var conflationNanos: UInt64
  public var flushNanos: UInt64
  /// For people, such as a subject that matches nothing known yet; at most 1,024.
  public var warnings: [String]

  public init(
    position: StreamPosition, policy: DeliveryPolicy, resume: Resume = .notAsked,
    options: SubscribeOptions = [], missing: ClosedRange<UInt64>? = nil,
    conflationNanos: UInt64 = 0, flushNanos: UInt64 = 0, warnings: [String] = []
  ) {
    self.position = position
    self.policy = policy
    self.resume = resume
    self.options = options
    self.missing = missing
    self.conflationNanos = conflationNanos
    self.flushNanos = flushNanos
    self.warnings = warnings
  }

  /// The message's bytes, at most what every client takes; warnings that do not fit are left out.
  public var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendInteger(position.epoch)
    bytes.appendInteger(position.next)
    bytes.append(policy.wireCode)
    bytes.append(resume.rawValue)
    bytes.appendInteger(options.rawValue)
    bytes.appendInteger(missing?.lowerBound ?? 0)
    bytes.appendInteger(missing?.upperBound ?? 0)
    bytes.appendInteger(conflationNanos)
    bytes.appendInteger(flushNanos)
    let count = bytes.count
    bytes.appendInteger(UInt16(0))
    var written: UInt16 = 0
    for warning in warnings.prefix(SubscribeRequest.subjectsMax) {
      let size = 2 + min(warning.utf8.count, WireFormat.textBytesMax)
      guard bytes.count + size <= Int(WireFormat.leastFrameBytes) else { break }
      bytes.appendText(warning, limit: WireFormat.textBytesMax)
      written += 1
    }
    bytes[count] = UInt8(truncatingIfNeeded: written)
    bytes[count + 1] = UInt8(truncatingIfNeeded: written >> 8)
    return bytes
  }

  /// Reads the message; what a later version appends is ignored.
  public init(decoding bytes: [UInt8]) throws(CallError) {
    var reader = RequestReader(
      bytes, method: "the answer to subscribe", fault: .internalError)
    let epoch = try reader.integer(UInt64.self, "epoch")
    let next = try reader.integer(UInt64.self, "next")
    position = StreamPosition(epoch: epoch, next: next)
    let policy = try reader.integer(UInt8.self, "policy")
    guard let policy = DeliveryPolicy(wireCode: policy) else {
      throw reader.bad("policy", "1 to 4", "\(policy)")
    }
    self.policy = policy
    let resume = try reader.integer(UInt8.self, "resume")
    guard let resume = Resume(rawValue: resume) else {
      throw reader.bad("resume", "0 to 3", "\(resume)")
    }
    self.resume = resume
    options = SubscribeOptions(rawValue: try reader.integer(UInt16.self, "flags"))
    let first = try reader.integer(UInt64.self, "missing first")
    let last = try reader.integer(UInt64.self, "missing last")
    guard first <= last else { throw reader.bad("missing", "first ≤ last", "\(first), \(last)") }
    missing = first == 0 ? nil : first...last
    conflationNanos = try reader.integer(UInt64.self, "conflation interval")
    flushNanos = try reader.integer(UInt64.self, "flush interval")
    let count = try reader.integer(UInt16.self, "count of warnings")
    warnings = []
    for _ in 0..<count { warnings.append(try reader.text("warning")) }
  }
}
