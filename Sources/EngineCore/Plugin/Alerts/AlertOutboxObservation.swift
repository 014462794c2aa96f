/// Keeps somebody informed of new entries as long as it is held.
public final class AlertOutboxObservation: Sendable {
  private let end: @Sendable () -> Void

  public init(end: @escaping @Sendable () -> Void) { self.end = end }

  deinit { end() }
}
