internal import BinaryProtocol
internal import EngineCore

/// A client's call of an admin method. The method runs in a task of its own; what it says comes to
/// the event loop through the plugin's inbox.
final class AdminCall {
  /// What a task has to say about its call.
  struct News: Sendable {
    enum Kind: Sendable {
      case message([UInt8], AdminReceipt)
      case ended(Result<[UInt8]?, CallError>)
    }

    var connection: UInt64
    var stream: UInt32
    var kind: Kind
  }

  private let stream: UInt32
  private unowned let connection: FeedConnection
  private var task: Task<Void, Never>?
  /// A message that the client has given no credit for.
  private var waiting: (message: [UInt8], receipt: AdminReceipt)?
  private var isCancelled = false

  init(stream: UInt32, connection: FeedConnection) {
    self.stream = stream
    self.connection = connection
  }

  func start(_ request: CallRequest, _ admin: any AdminCalls, _ inbox: Inbox) {
    let number = connection.number
    let stream = stream
    task = Task {
      let result: Result<[UInt8]?, CallError>
      do {
        let reply = try await admin.call(
          request.method, request.payload, isUnary: request.isUnary
        ) { message in
          let error = await AdminReceipt.wait { receipt in
            _ = inbox.offer(
              News(connection: number, stream: stream, kind: .message(message, receipt)))
          }
          if let error { throw error }
        }
        result = .success(reply)
      } catch {
        result = .failure(error as? CallError ?? CallError(.unknown, "\(error)"))
      }
      let end = News(connection: number, stream: stream, kind: .ended(result))
      while inbox.offer(end) == .full { await Task.yield() }
    }
  }

  func take(_ kind: News.Kind) {
    switch kind {
    case .message(let message, let receipt):
      waiting = (message, receipt)
      send()
    case .ended(let result): end(result)
    }
  }

  /// Sends what waits, if the client takes it now.
  func send() {
    guard let (message, receipt) = waiting else { return }
    switch connection.offer(message, on: stream) {
    case .wait: return
    case .send: receipt.resume(nil)
    case .ended(let error): receipt.resume(error)
    case .tooLarge(let limit):
      receipt.resume(
        CallError(
          .resourceExhausted,
          "a message of \(message.count) bytes is over the client's limit of \(limit)"))
    }
    waiting = nil
  }

  /// The caller is gone, or its time is over. The call counts until the method has returned.
  func cancel(_ error: CallError) {
    isCancelled = true
    task?.cancel()
    waiting?.receipt.resume(error)
    waiting = nil
  }

  private func end(_ result: Result<[UInt8]?, CallError>) {
    connection.adminCalls[stream] = nil
    switch result {
    case .success(let reply): connection.finish(stream, reply: reply)
    case .failure(let error) where !isCancelled: connection.refuse(stream, error)
    case .failure: connection.finish(stream, reply: nil)
    }
    connection.markDirty()
  }
}
