import EngineCore

@testable import BinaryProtocol

extension ProtocolVectors {
  private static func payload(
    _ name: String, _ bytes: [UInt8], _ fields: KeyValuePairs<String, VectorValue>
  ) -> VectorValue {
    .object(["name": .text(name), "hex": bytes.hex, "fields": .object(fields)])
  }

  /// Payloads of calls and messages.
  static let requests: [VectorValue] = [
    payload(
      "subscribe request",
      SubscribeRequest(
        ["trade.EURUSD", "bar.*.1m"], policy: .conflate,
        start: .position(StreamPosition(epoch: 7, next: 303)), conflationNanos: 250_000_000,
        flushNanos: 1_000_000, options: [.compress, .allInstruments]
      ).encoded,
      [
        "policy": 3, "start": 3, "flags": 3, "epoch": 7, "from": 303,
        "conflation interval": 250_000_000, "flush interval": 1_000_000,
        "subjects": ["trade.EURUSD", "bar.*.1m"],
      ]),
    payload(
      "subscribe request from a time",
      SubscribeRequest([">"], start: .time(Timestamp(nanoseconds: -1))).encoded,
      [
        "policy": 4, "start": 4, "flags": 0, "epoch": 0, "from": -1, "conflation interval": 0,
        "flush interval": 0, "subjects": [">"],
      ]),
    payload(
      "subscribe answer",
      SubscribeAnswer(
        position: StreamPosition(epoch: 7, next: 303), policy: .disconnect, resume: .partial,
        options: .compress, missing: 303...400, conflationNanos: 0, flushNanos: 1_000_000,
        warnings: ["trade.X matches nothing"]
      ).encoded,
      [
        "epoch": 7, "next": 303, "policy": 4, "resume": 2, "flags": 1, "missing first": 303,
        "missing last": 400, "conflation interval": 0, "flush interval": 1_000_000,
        "warnings": ["trade.X matches nothing"],
      ]),
    payload(
      "subscription.update request",
      SubscriptionUpdate(stream: 3, conflationNanos: nil, flushNanos: 5).encoded,
      [
        "stream": 3, "conflation interval": .number(Int128(UInt64.max)), "flush interval": 5,
      ]),
    payload(
      "subscription.update reply",
      SubscriptionIntervals(conflationNanos: 250_000_000, flushNanos: 5).encoded,
      ["conflation interval": 250_000_000, "flush interval": 5]),
    payload(
      "publish request", PublishRequest(name: "my feed", instance: 99).encoded,
      ["flags": 0, "instance": 99, "name": "my feed"]),
    payload(
      "publish acknowledgement",
      PublishAcknowledgement(
        decided: 12, accepted: 11, rejected: 1, epoch: 7, sequence: 313, creditBytes: 65_536,
        rejects: [
          PublishAcknowledgement.Reject(
            sequence: 5, code: .permissionDenied, reason: "no right to X")
        ]
      ).encoded,
      [
        "decided": 12, "accepted": 11, "rejected": 1, "epoch": 7, "position": 313,
        "credit": 65_536, "rejects": [[5, 7, "no right to X"]],
      ]),
    payload(
      "authenticate reply",
      AuthenticateReply(name: "desk", rights: [.subscribe, .publish]).encoded,
      ["name": "desk", "rights": 3]),
  ]
}
