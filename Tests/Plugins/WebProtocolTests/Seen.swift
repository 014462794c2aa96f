import EngineCore

@testable import WebProtocol

/// What came out of a decoder, with its bytes.
enum Seen: Equatable {
  case text([UInt8])
  case binary([UInt8])
  case ping([UInt8])
  case pong([UInt8])
  case close(UInt16?, String)

  /// Everything that a decoder makes of bytes that come in pieces, and how it failed.
  static func all(
    _ pieces: [[UInt8]], role: WebSocketRole = .server,
    limits: WebSocketLimits = WebSocketLimits(), deflate: DeflateAgreement? = nil
  ) -> (seen: [Seen], error: WebSocketError?) {
    var decoder = WebSocketDecoder(role: role, limits: limits, deflate: deflate)
    var seen: [Seen] = []
    for piece in pieces {
      var position = 0
      do throws(WebSocketError) {
        while let item = try decoder.next(piece.raw, &position) {
          seen.append(Seen(item, decoder, piece))
        }
      } catch {
        return (seen, error)
      }
      precondition(position == piece.count, "all input is used")
    }
    return (seen, nil)
  }

  init(_ item: WebSocketItem, _ decoder: WebSocketDecoder, _ input: [UInt8]) {
    switch item {
    case .message(let message):
      let bytes = decoder.withPayload(of: message, in: input.raw) { $0.copy() }
      self = message.kind == .text ? .text(bytes) : .binary(bytes)
    case .ping(let payload): self = .ping(payload)
    case .pong(let payload): self = .pong(payload)
    case .close(let code, let reason): self = .close(code?.rawValue, reason)
    }
  }
}

extension [UInt8] {
  /// The bytes in pieces of one size.
  func pieces(of size: Int) -> [[UInt8]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }

  /// The bytes in pieces of any sizes, empty ones among them.
  func pieces(using random: inout SeededRandom) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var rest = self[...]
    while !rest.isEmpty {
      let most = Swift.min(rest.count, [1, 3, 20, 500, 70_000].randomElement(using: &random) ?? 1)
      let size = Int.random(in: 0...most, using: &random)
      pieces.append(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    return pieces
  }
}

extension SeededRandom {
  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 11) }
  }

  mutating func text(_ count: Int) -> String {
    let alphabet: [Character] = ["a", "Z", "0", ".", " ", "é", "€", "😀", "\u{0}", "\""]
    return String((0..<count).map { _ in alphabet.randomElement(using: &self) ?? "a" })
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}
