import BinaryProtocol
import EngineCore
import NIOPosix
import Transport

/// A connection to the daemon on which JSON goes both ways.
struct EngineConnection: Sendable {
  /// One loop is enough for one connection. It ends with the process.
  static let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  private let client: CallClient
  private let timeoutNanos: Int64?
  private let remaining: @Sendable () -> Int64?

  /// Connects. `remaining` says how much of the command's time is left, nil for no limit.
  static func open(
    _ location: SocketLocation, timeoutNanos: Int64?,
    remaining: @escaping @Sendable () -> Int64?
  ) async throws(ControlError) -> EngineConnection {
    // Local connections are made at once or not at all, even for a stream without a limit.
    let limit = min(max(1_000_000, remaining() ?? .max), 5_000_000_000)
    do throws(CallError) {
      let client = try await SocketClient.connect(
        unixPath: location.path, group: loops,
        options: ClientOptions(clientName: "enginectl \(Release.version)"),
        timeoutNanos: limit)
      return EngineConnection(client: client, timeoutNanos: timeoutNanos, remaining: remaining)
    } catch {
      if Task.isCancelled { throw .interrupted }
      throw .connecting(error, to: location)
    }
  }

  /// Connects to a binary frontend instead, and shows the token there.
  static func open(
    _ place: FeedPlace, timeoutNanos: Int64?, remaining: @escaping @Sendable () -> Int64?
  ) async throws(ControlError) -> EngineConnection {
    let client = try await place.caller(timeoutNanos: remaining())
    do throws(CallError) {
      if let token = place.token {
        _ = try await client.call(
          AuthenticateReply.method,
          metadata: [MetadataPair(AuthenticateReply.tokenKey, token)],
          timeoutNanos: remaining().map { UInt64(max(1, $0)) } ?? 0)
      }
    } catch {
      await client.close()
      throw Task.isCancelled ? .interrupted : .reaching(error)
    }
    return EngineConnection(client: client, timeoutNanos: timeoutNanos, remaining: remaining)
  }

  /// Who the daemon said it is when the connection was made.
  var server: ServerIdentity { client.server.server }

  /// Asks and waits for the answer.
  func call(
    _ method: String, _ request: JSONValue = .object([])
  ) async throws(ControlError) -> JSONValue {
    let limit = try budget(method)
    let reply: [UInt8]
    do throws(CallError) {
      reply = try await client.call(method, Array(request.text().utf8), timeoutNanos: limit)
    } catch {
      throw await explain(error, of: method)
    }
    return try Self.parse(reply, of: method)
  }

  /// Asks and gives every answer to `body`, until the daemon ends the stream or `body` returns
  /// false.
  func stream(
    _ method: String, _ request: JSONValue,
    _ body: (JSONValue) async throws(ControlError) -> Bool
  ) async throws(ControlError) {
    let limit = try budget(method)
    let messages: CallStream
    do throws(CallError) {
      messages = try await client.stream(
        method, Array(request.text().utf8), timeoutNanos: limit, windowBytes: 4 << 20)
    } catch {
      throw await explain(error, of: method)
    }
    var iterator = messages.makeAsyncIterator()
    while true {
      let message: [UInt8]?
      do throws(CallError) {
        message = try await iterator.next()
      } catch {
        throw await explain(error, of: method)
      }
      guard let message else { break }
      if try await !body(try Self.parse(message, of: method)) {
        await messages.cancel()
        return
      }
    }
    // A cancelled task sees the end of its stream, which is not the daemon's doing.
    if Task.isCancelled { throw .interrupted }
  }

  /// Whether the daemon says that it is ready.
  func health() async throws(ControlError) -> ServerHealth {
    let limit = try budget("health")
    do throws(CallError) {
      return try ServerHealth(decoding: try await client.call("health", timeoutNanos: limit))
    } catch {
      throw await explain(error, of: "health")
    }
  }

  func close() async { await client.close() }

  /// What is left of the command's time, as a call takes it: zero is no limit.
  private func budget(_ method: String) throws(ControlError) -> UInt64 {
    guard let left = remaining() else { return 0 }
    guard left > 0 else {
      throw .calling(
        method, CallError(.deadlineExceeded, ""), closed: nil, timeout: timeoutNanos)
    }
    return UInt64(left)
  }

  private func explain(_ error: CallError, of method: String) async -> ControlError {
    if Task.isCancelled { return .interrupted }
    return .calling(method, error, closed: await client.closeReason(), timeout: timeoutNanos)
  }

  private static func parse(
    _ bytes: [UInt8], of method: String
  ) throws(ControlError) -> JSONValue {
    do throws(JSONError) {
      return try JSONReader().read(bytes)
    } catch {
      throw .malformed(method, "\(error)")
    }
  }
}
