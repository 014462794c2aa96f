import CBench
import WebProtocol

/// What clients send, on the way in.
enum Decoding {
  /// Text messages of 64 bytes, as many in one piece as a socket gives.
  static func messages(_ arguments: Arguments) -> String {
    let text = [UInt8](repeating: UInt8(ascii: "x"), count: 64)
    var input: [UInt8] = []
    for index in 0..<200 { input += WebSocketEncoder.frame(.text, text, mask: UInt32(index) &* 77) }
    return measure("messages", arguments, input, messagesPerInput: 200)
  }

  /// A message of 64 KiB.
  static func unmask(_ arguments: Arguments) -> String {
    let bytes = [UInt8](repeating: 65, count: 64 << 10)
    let opcode: WebSocketOpcode = arguments.kind == "text" ? .text : .binary
    let input = WebSocketEncoder.frame(opcode, bytes, mask: 0x1234_5678)
    return measure("unmask-\(opcode)", arguments, input, messagesPerInput: 1)
  }

  private static func measure(
    _ name: String, _ arguments: Arguments, _ input: [UInt8], messagesPerInput: Int
  ) -> String {
    var limits = WebSocketLimits()
    limits.retainedBytes = 1 << 20
    var decoder = WebSocketDecoder(role: .server, limits: limits)
    var messages = 0
    let began = bench_now()
    repeat {
      var position = 0
      do {
        while try decoder.next(input.span.bytes, &position) != nil { messages += 1 }
      } catch {
        fail("\(error)")
      }
    } while arguments.events > 0
      ? messages < arguments.events : Double(bench_now() - began) / 1e9 < arguments.seconds
    let seconds = Double(bench_now() - began) / 1e9
    let bytes = Double(messages) / Double(messagesPerInput) * Double(input.count)
    return "{\"system\":\"tickwire\",\"workload\":\"\(name)\",\"messages\":\(messages),"
      + "\"seconds\":\(seconds),\"rate\":\(UInt64(Double(messages) / seconds)),"
      + "\"bytes_per_second\":\(UInt64(bytes / seconds))}"
  }
}
