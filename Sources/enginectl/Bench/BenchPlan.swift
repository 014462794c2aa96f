import BinaryProtocol
import EngineCore

/// What a load generator does.
struct BenchPlan: Equatable, Sendable {
  var subscribers = 1
  var publishers = 1
  /// Events a second of all publishers together; nil: as many as the server takes.
  var rate: UInt64?
  var durationNanos: Int64 = 10_000_000_000
  /// What each subscriber takes, unless they share the symbols.
  var subjects = ["trade.*"]
  /// Every subscriber takes one of the symbols instead.
  var splitsSymbols = false
  var symbols = 10
  /// Most events of a frame.
  var batch = 64
  var policy = DeliveryPolicy.disconnect
  var isCompressed = false
  var flushNanos: Int64 = 0
  /// The source under which events are published: of this run alone, so that they are known again.
  var source = "bench"
  var token: String?

  /// The symbol with an index.
  static func symbol(_ index: Int) -> String { "BENCH\(index + 1)" }

  var metadata: [MetadataPair] {
    token.map { [MetadataPair(AuthenticateReply.tokenKey, $0)] } ?? []
  }

  func request(ofSubscriber index: Int) -> SubscribeRequest {
    SubscribeRequest(
      splitsSymbols ? ["trade.\(Self.symbol(index % symbols))"] : subjects, policy: policy,
      flushNanos: UInt64(flushNanos), options: isCompressed ? .compress : [])
  }

  /// A publisher's part of the rate; nil: as many as the server takes.
  func rate(ofPublisher index: Int) -> UInt64? {
    guard let rate else { return nil }
    let (part, rest) = rate.quotientAndRemainder(dividingBy: UInt64(publishers))
    return part + (UInt64(index) < rest ? 1 : 0)
  }
}
