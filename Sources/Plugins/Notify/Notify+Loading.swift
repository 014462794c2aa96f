internal import EngineCore
internal import Notifications

/// What is to be sent, and was not loaded from the outbox yet.
struct Loading {
  /// No more is loaded than channels have places for: that bounds what is in memory.
  var planned: [PlannedDelivery] = []
  var isUnderWay = false
}

/// Loading what is sent next: all that has gathered with one read, so that a crowd of messages does
/// not cost a read each.
extension Notify {
  /// Notifications that one read may bring; the outbox takes no more.
  private static let loadMax = 1000

  /// Loads what was planned, unless a read is under way.
  func load() {
    guard !loading.isUnderWay, !loading.planned.isEmpty else { return }
    guard let outbox else { return putBackPlanned() }
    var count = 0
    let fitting = loading.planned.prefix { planned in
      count += planned.delivery.ids.count
      return count <= Self.loadMax
    }
    let planned = Array(fitting)
    let ids = planned.flatMap(\.delivery.ids)
    let outcome = context.background.run {
      do throws(PluginError) {
        let entries = try await outbox.entries(ids)
        return NotifyMessage.loaded(LoadedDeliveries(planned: planned, entries: .success(entries)))
      } catch {
        return NotifyMessage.loaded(
          LoadedDeliveries(
            planned: planned, entries: .failure(PluginFailure(message: error.message))))
      }
    }
    guard outcome == .accepted else { return putBackPlanned() }
    loading.planned.removeFirst(planned.count)
    loading.isUnderWay = true
  }

  func takeLoaded(_ loaded: LoadedDeliveries) {
    loading.isUnderWay = false
    guard case .success(let entries) = loaded.entries, !isStopping else {
      putBack(loaded.planned)
      if case .failure(let failure) = loaded.entries { loseOutbox(failure.message) }
      return
    }
    let byID = Dictionary(uniqueKeysWithValues: entries.map { ($0.id, $0) })
    for planned in loaded.planned {
      launch(planned, planned.delivery.ids.compactMap { byID[$0] })
    }
  }

  /// Nothing of what was planned is sent now.
  func putBackPlanned() {
    putBack(loading.planned)
    loading.planned = []
  }

  private func putBack(_ planned: [PlannedDelivery]) {
    for one in planned { desks[one.channel]?.queue.putBack(one.delivery.number) }
  }
}
