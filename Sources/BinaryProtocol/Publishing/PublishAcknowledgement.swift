/// What a server says of the records that a publisher sent.
public struct PublishAcknowledgement: Equatable, Sendable {
  /// A record that was not taken.
  public struct Reject: Equatable, Sendable {
    /// The client's sequence.
    public var sequence: UInt64
    public var code: StatusCode
    /// Why, for people.
    public var reason: String

    public init(sequence: UInt64, code: StatusCode, reason: String) {
      self.sequence = sequence
      self.code = code
      self.reason = reason
    }
  }

  /// Every record up to this client sequence was taken or rejected.
  public var decided: UInt64
  /// Records taken, in all.
  public var accepted: UInt64
  /// Records rejected, in all.
  public var rejected: UInt64
  /// The engine's epoch, and the sequence it gave to the last record taken, or 0.
  public var epoch: UInt64
  public var sequence: UInt64
  /// Bytes that the client may send more.
  public var creditBytes: UInt32
  /// Rejects since the last acknowledgement; at most 64, the rest is counted only.
  public var rejects: [Reject]

  public init(
    decided: UInt64 = 0, accepted: UInt64 = 0, rejected: UInt64 = 0, epoch: UInt64,
    sequence: UInt64 = 0, creditBytes: UInt32 = 0, rejects: [Reject] = []
  ) {
    self.decided = decided
    self.accepted = accepted
    self.rejected = rejected
    self.epoch = epoch
    self.sequence = sequence
    self.creditBytes = creditBytes
    self.rejects = rejects
  }

  /// Most rejects of one acknowledgement.
  public static let rejectsMax = 64
  /// Longest reason, in bytes: so that an acknowledgement fits every frame.
  public static let reasonBytesMax = 200

  /// The message's bytes.
  public var encoded: [UInt8] {
    var bytes: [UInt8] = []
    for value in [decided, accepted, rejected, epoch, sequence] { bytes.appendInteger(value) }
    bytes.appendInteger(creditBytes)
    let listed = rejects.prefix(Self.rejectsMax)
    bytes.appendInteger(UInt16(listed.count))
    for reject in listed {
      bytes.appendInteger(reject.sequence)
      bytes.append(reject.code.rawValue)
      bytes.appendText(reject.reason, limit: Self.reasonBytesMax)
    }
    return bytes
  }

  /// Reads the message; what a later version appends is ignored.
  public init(decoding bytes: [UInt8]) throws(CallError) {
    var reader = RequestReader(bytes, method: "an acknowledgement", fault: .internalError)
    decided = try reader.integer(UInt64.self, "decided")
    accepted = try reader.integer(UInt64.self, "accepted")
    rejected = try reader.integer(UInt64.self, "rejected")
    epoch = try reader.integer(UInt64.self, "epoch")
    sequence = try reader.integer(UInt64.self, "position")
    creditBytes = try reader.integer(UInt32.self, "credit")
    let count = try reader.integer(UInt16.self, "count of rejects")
    rejects = []
    for _ in 0..<count {
      let sequence = try reader.integer(UInt64.self, "sequence")
      let code = try reader.integer(UInt8.self, "code")
      rejects.append(
        Reject(
          sequence: sequence, code: StatusCode(rawValue: code) ?? .unknown,
          reason: try reader.text("reason")))
    }
  }
}
