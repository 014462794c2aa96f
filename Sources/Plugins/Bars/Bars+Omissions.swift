internal import BarAggregation
internal import EngineCore

/// What is told of ticks that came too late for bars in memory, and what is needed to make these
/// bars anew.
extension Bars {
  /// Tells that closed bars lack ticks, as a gap of this plugin.
  func tellOmission(_ output: inout EventSink) {
    guard let omission = aggregator.takeOmission() else { return }
    output.publish(
      Event(
        Gap(
          subscriber: context.catalog.intern(context.name), reason: .late, first: omission.first,
          last: omission.last, count: omission.count, time: now)))
  }

  /// Whether a recorded gap is one that `tellOmission` told.
  func isOwnOmission(_ gap: Gap) -> Bool {
    gap.reason == .late && context.catalog.text(gap.subscriber) == context.name
  }

  var makings: [BarMaking] {
    specs.map { spec in
      var instruments = spec.instruments.map { Set($0) }
      if let all = settings.instruments { instruments = instruments?.intersection(all) ?? Set(all) }
      return BarMaking(
        spec: spec.spec, id: spec.id, calendar: spec.calendar, instruments: instruments,
        sources: settings.sources.map { Set($0) },
        completeThrough: aggregator.completeThrough(spec.id))
    }
  }
}
