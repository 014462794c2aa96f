internal import EngineCore

/// What has to be made good, with how bars are made.
struct HistoryMendPlan: Sendable {
  var ranges: [ClosedRange<UInt64>]
  /// Nil while nobody makes bars.
  var makings: [BarMaking]?
}

/// What making good came to.
struct HistoryMended: Sendable {
  var ranges: [ClosedRange<UInt64>]
  var result: Result<HistoryMending.Outcome, PluginError>
}

/// Bars that lack ticks which came too late are made anew, one piece of work after the other.
extension History {
  /// Who makes bars has told that closed ones lack something.
  func note(_ gap: Event) {
    mendQueue.add(gap.gap.first...max(gap.gap.last, gap.gap.first))
    pending.hold(before: gap.sequence)
    schedule(after: settings.commitNanos)
  }

  /// Begins to make good what there is.
  func mend() {
    guard !isMending, !mendQueue.isEmpty, store != nil else { return }
    let ranges = mendQueue.take()
    let capabilities = context.capabilities
    let outcome = context.background.run {
      do throws(PluginError) {
        let makings = try await capabilities.find(.barHistory).makings()
        return HistoryMendPlan(ranges: ranges, makings: makings)
      } catch {
        return HistoryMendPlan(ranges: ranges, makings: nil)
      }
    }
    isMending = outcome == .accepted
    if !isMending { mendLater(ranges) }
  }

  func carryOut(_ plan: HistoryMendPlan) {
    guard let store, let makings = plan.makings else { return mendLater(plan.ranges) }
    let mending = HistoryMending(
      store: store, pending: pending,
      shelf: TickShelf(store: context.logStore, recent: context.recent),
      catalog: context.catalog, makings: makings,
      place: HistoryBatch.Place(epoch: context.epoch, sequence: stored))
    let outcome = context.background.block("history-mend") {
      do throws(PluginError) {
        return HistoryMended(ranges: plan.ranges, result: .success(try mending.run(plan.ranges)))
      } catch {
        return HistoryMended(ranges: plan.ranges, result: .failure(error))
      }
    }
    if outcome != .accepted { mendLater(plan.ranges) }
  }

  func settle(_ mended: HistoryMended) {
    switch mended.result {
    case .success(let outcome):
      isMending = false
      figures.mended += UInt64(outcome.mended)
      figures.inexact += UInt64(outcome.inexact)
      if mendQueue.isEmpty { pending.hold(before: nil) }
      mend()
    case .failure(let error):
      context.log.warning("bars were not made anew", LogField("error", error))
      mendLater(mended.ranges)
    }
  }

  private func mendLater(_ ranges: [ClosedRange<UInt64>]) {
    isMending = false
    for range in ranges { mendQueue.add(range) }
    schedule(after: Self.retryNanos)
  }
}
