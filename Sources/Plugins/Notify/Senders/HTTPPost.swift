internal import AsyncHTTPClient
internal import EngineCore
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import Notifications

/// A request of HTTP and what came of it, for all senders that use it.
struct HTTPPost: Sendable {
  /// Bytes of an answer that are looked at; the rest is left unread.
  private static let answerMax = 4096

  let client: HTTPClient
  let url: String
  var method = "POST"
  var headers: [HeaderSetting] = []
  /// Certificates to check against; nil: those of the system.
  var ca: String?
  let clock: any EngineClock

  func send(_ body: [UInt8], timeoutNanos: Int64) async -> AttemptResult {
    var request = HTTPClientRequest(url: url)
    request.method = HTTPMethod(rawValue: method)
    for header in headers { request.headers.add(name: header.name, value: header.value) }
    request.headers.replaceOrAdd(name: "user-agent", value: "tickwire/\(Release.version)")
    request.body = .bytes(ByteBuffer(bytes: body))
    let deadline = NIODeadline.now() + .nanoseconds(timeoutNanos)
    do {
      if let ca {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(ca)
        request.tlsConfiguration = tls
      }
      let response = try await client.execute(request, deadline: deadline)
      let status = Int(response.status.code)
      // What was taken is taken, whatever the receiver has to say about it.
      let text = await beginning(of: response.body)
      return HTTPVerdict.result(
        status: status, retryAfter: response.headers.first(name: "retry-after"), body: text,
        now: clock.now())
    } catch {
      return .failed(Self.told(error), retryAfterNanos: nil)
    }
  }

  /// Enough for people to see what was meant; an answer that does not end is cut off.
  private func beginning(of body: HTTPClientResponse.Body) async -> String {
    var bytes: [UInt8] = []
    do {
      for try await piece in body {
        bytes += piece.readableBytesView.prefix(Self.answerMax - bytes.count)
        if bytes.count >= Self.answerMax { break }
      }
    } catch {
      // The status has come already: that is what counts.
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func told(_ error: any Error) -> String {
    if let error = error as? HTTPClientError { return error.shortDescription }
    return HeaderText.cleaned("\(error)").prefix(200).description
  }
}
