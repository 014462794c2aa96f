/// Who a server is, as it tells every client.
public struct ServerIdentity: Equatable, Sendable {
  /// The program, such as `engined`.
  public var name: String
  /// Its version, such as `0.1.0`.
  public var version: String
  /// Its process id.
  public var pid: UInt32
  /// The engine's epoch: positions are comparable only within one.
  public var epoch: UInt64

  public init(name: String, version: String, pid: UInt32, epoch: UInt64) {
    self.name = name
    self.version = version
    self.pid = pid
    self.epoch = epoch
  }
}
