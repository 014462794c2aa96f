internal import WebProtocol

/// Sends back what it gets.
final class EchoSession: WebSocketService {
  private let client: WebSocketClient
  private let deflater: MessageDeflater?
  /// The frame that answers the last message.
  private var reply: [UInt8] = []

  var dialect: String { "echo" }

  init(_ client: WebSocketClient, level: Int) {
    self.client = client
    deflater = client.deflate.map { MessageDeflater($0, role: .server, level: level) }
  }

  func opened() {}

  func take(_ kind: WebSocketMessage.Kind, _ payload: RawSpan, now: Int64) {
    let opcode: WebSocketOpcode = kind == .text ? .text : .binary
    guard let deflater else {
      return WebSocketEncoder.append(opcode, payload, to: &reply)
    }
    var compressed: [UInt8] = []
    deflater.append(payload, to: &compressed)
    reply = WebSocketEncoder.frame(opcode, compressed, isCompressed: true)
  }

  func settle() {
    client.send(frame: reply)
    reply = []
  }

  /// Who does not read what comes back is not read either.
  func writabilityChanged() { client.setReading(client.isWritable) }
  func timePassed(now: Int64) {}
  func shutDown(now: Int64) { client.close(.goingAway, "the server stops") }
  func drain() {}
  func ended() {}
}
