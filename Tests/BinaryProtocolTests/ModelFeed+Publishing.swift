import EngineCore
import Testing

@testable import BinaryProtocol

extension ModelFeed {
  /// Takes published records: prices that 7 divides are rejected.
  func take(_ frame: DataFrame, _ id: Int, _ input: [UInt8]) {
    guard var intake = lines[id]?.intakes[frame.stream] else { return }
    intake.owedCredit += UInt32(frame.payload.count + WireFormat.headerBytes)
    intake.mustAnswer = true
    intake.isLast = frame.isLast
    var state = known[intake.instance] ?? Known()
    let payload = frame.withPayload(of: input.raw) { $0.copy() }
    do throws(RecordError) {
      var records = payload
      if frame.isCompressed { try expander.expand(payload.raw, limit: 1 << 20, into: &records) }
      var decoder = RecordDecoder(records.raw)
      while let record = try decoder.next() {
        switch record {
        case .definition: intake.definitions += 1
        case .position: Issue.record("a publisher sends no positions")
        case .event(let event):
          #expect(intake.definitions > 0, "an id before its definition")
          #expect(event.sequence > state.decided, "published twice")
          state.decided = event.sequence
          if event.trade.price.raw % 7 == 0 {
            state.rejected += 1
            intake.rejects.append(
              PublishAcknowledgement.Reject(
                sequence: event.sequence, code: .invalidArgument, reason: "seven"))
          } else {
            state.accepted += 1
            took(event.trade.price.raw)
          }
        }
      }
    } catch {
      Issue.record("\(error)")
    }
    known[intake.instance] = state
    lines[id]?.intakes[frame.stream] = intake
  }

  func acknowledge(_ stream: UInt32, _ id: Int) {
    guard var intake = lines[id]?.intakes[stream], intake.mustAnswer else { return }
    let state = known[intake.instance] ?? Known()
    let acknowledgement = PublishAcknowledgement(
      decided: state.decided, accepted: state.accepted, rejected: state.rejected,
      epoch: Self.epoch, sequence: state.accepted, creditBytes: intake.owedCredit,
      rejects: intake.rejects)
    guard case .send(let bytes)? = lines[id]?.connection.send(acknowledgement.encoded, on: stream)
    else { return }
    lines[id]?.connection.grant(intake.owedCredit, on: stream)
    send(bytes, id)
    intake.mustAnswer = false
    intake.owedCredit = 0
    intake.rejects = []
    lines[id]?.intakes[stream] = intake
    guard intake.isLast else { return }
    lines[id]?.intakes[stream] = nil
    if let actions = lines[id]?.connection.finish(stream, with: .ok) { perform(actions, id, []) }
  }
}
