/// Room on a disk, in bytes.
struct DiskSpace: Equatable, Sendable {
  var free: UInt64
  var total: UInt64
}
