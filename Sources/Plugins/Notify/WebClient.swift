internal import AsyncHTTPClient
internal import NIOCore
internal import NIOPosix

/// The HTTP client of a plugin; lets go of its connections when it goes.
final class WebClient: Sendable {
  let client: HTTPClient

  init() {
    var configuration = HTTPClient.Configuration()
    // A receiver that sends elsewhere would get the secrets of another one there.
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = .seconds(10)
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 16
    configuration.httpVersion = .http1Only
    client = HTTPClient(
      eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
      configuration: configuration)
  }

  deinit {
    let client = client
    Task { try? await client.shutdown() }
  }
}
