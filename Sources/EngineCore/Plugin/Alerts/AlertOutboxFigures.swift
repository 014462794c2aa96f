/// How full an outbox is.
public struct AlertOutboxFigures: Sendable, Hashable {
  public var pending: Int
  public var delivered: Int
  public var dead: Int

  public init(pending: Int, delivered: Int, dead: Int) {
    self.pending = pending
    self.delivered = delivered
    self.dead = dead
  }
}
