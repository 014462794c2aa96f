public import EngineCore

extension DeliveryPolicy {
  /// The policy's number on the wire.
  public var wireCode: UInt8 {
    switch self {
    case .lossless: 1
    case .dropOldest: 2
    case .conflate: 3
    case .disconnect: 4
    }
  }

  /// The policy with a number of the wire; nil when there is none.
  public init?(wireCode: UInt8) {
    guard let policy = Self.allCases.first(where: { $0.wireCode == wireCode }) else { return nil }
    self = policy
  }
}
