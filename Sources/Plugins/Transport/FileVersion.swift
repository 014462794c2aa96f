/// Tells whether a file is the one that was there before: by its place on the disk, size and time.
public struct FileVersion: Equatable, Sendable {
  var device: UInt64
  var inode: UInt64
  var size: Int64
  var modifiedNanos: Int64

  /// The file at a path now; nil when there is none.
  public init?(of path: String) {
    guard let version = UnixSystem.version(of: path) else { return nil }
    self = version
  }

  init(device: UInt64, inode: UInt64, size: Int64, modifiedNanos: Int64) {
    self.device = device
    self.inode = inode
    self.size = size
    self.modifiedNanos = modifiedNanos
  }
}
