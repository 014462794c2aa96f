import BinaryProtocol
import EngineCore

/// What became of a replay, or of the import of a file.
struct ReplayProgress: Equatable, Sendable {
  var published: UInt64 = 0
  var accepted: UInt64 = 0
  var rejected: UInt64 = 0
  /// Events that the journal has no more.
  var missing: UInt64 = 0

  /// Hands over what has gathered, and takes in what the engine has decided so far.
  mutating func publish(
    _ batch: inout [Event], by publisher: FeedPublisher
  ) async throws(ControlError) {
    guard !batch.isEmpty else { return }
    do throws(CallError) {
      _ = try await publisher.publish(batch)
    } catch {
      throw .feed(error)
    }
    published += UInt64(batch.count)
    batch.removeAll(keepingCapacity: true)
    take(await publisher.progress())
  }

  mutating func take(_ state: PublisherState.Progress) {
    accepted = state.accepted
    rejected = state.rejected
  }

  var line: String {
    var text = "\(Figures.grouped(accepted)) events taken"
    if rejected > 0 { text += ", \(Figures.grouped(rejected)) rejected" }
    if missing > 0 { text += "; the journal lacks \(Figures.grouped(missing))" }
    return text
  }
}
