import BinaryProtocol
import EngineCore
import NIOCore
import NIOPosix
import Transport

/// A binary frontend: where it is, whom to take it for, and who to be there.
struct FeedPlace: Sendable {
  static let addressVariable = "TICKWIRE_ADDRESS"
  static let tokenVariable = "TICKWIRE_TOKEN"
  /// Where a binary frontend listens when its configuration does not say.
  static let fallback = ConnectAddress.tcp(host: "127.0.0.1", port: 9000)

  /// Connecting takes at most so long, as there is somebody or nobody.
  private static let connectNanos: Int64 = 5_000_000_000

  var address: ConnectAddress
  var trust: ServerTrust?
  var token: String?

  /// The address of the first of: the option, the variable, the default.
  static func choose(
    _ address: AddressArgument?, _ options: CommonOptions, in environment: ProcessEnvironment
  ) throws(ControlError) -> FeedPlace {
    let token =
      options.token ?? environment.variable(tokenVariable).flatMap { $0.isEmpty ? nil : $0 }
    var place = FeedPlace(address: fallback, trust: options.trust, token: token)
    if let address {
      place.address = address.address
    } else if let text = environment.variable(addressVariable), !text.isEmpty {
      guard let named = ConnectAddress(text) else {
        throw ControlError(
          .usage, "\(addressVariable): expected host:port or unix:/path, found \"\(text)\"")
      }
      place.address = named
    }
    return place
  }

  static let options = ClientOptions(
    clientName: "enginectl \(Release.version)", streamWindowBytes: 4 << 20,
    capabilities: [.data, .zlib])

  /// A client that connects again when the connection is lost. `onLoss` is called once a loss.
  func client(
    reconnects: Bool, timeoutNanos: Int64?, onLoss: @escaping @Sendable () -> Void
  ) async throws(ControlError) -> FeedClient {
    let loop = EngineConnection.loops.next()
    let limit = Self.connectLimit(timeoutNanos)
    let dials = Dials(onLoss)
    let (address, trust) = (address, trust)
    var options = Self.options
    options.limits.handshakeNanos = limit
    do throws(CallError) {
      return try await FeedClient.connect(
        options: FeedOptions(
          client: options, token: token,
          reconnect: reconnects ? ReconnectPolicy(maxNanos: 5_000_000_000) : .off),
        clock: EventLoopClock(loop)
      ) { () async throws(CallError) in
        dials.note()
        let transport = try await SocketClient.transport(
          to: address, trust: trust, group: loop, timeoutNanos: limit)
        dials.succeeded()
        return transport
      }
    } catch {
      throw Task.isCancelled ? .interrupted : .reaching(error)
    }
  }

  /// A client for single calls.
  func caller(timeoutNanos: Int64?) async throws(ControlError) -> CallClient {
    do throws(CallError) {
      return try await SocketClient.connect(
        to: address, trust: trust, group: EngineConnection.loops, options: Self.options,
        timeoutNanos: Self.connectLimit(timeoutNanos))
    } catch {
      throw Task.isCancelled ? .interrupted : .reaching(error)
    }
  }

  private static func connectLimit(_ timeoutNanos: Int64?) -> Int64 {
    min(max(1_000_000, timeoutNanos ?? .max), connectNanos)
  }
}
