/// What the kernel fills in for SO_PEERCRED: `struct ucred`, which Glibc's module does not show.
///
/// Three fields of four bytes, so that Swift lays it out as C does.
struct KernelCredentials: BitwiseCopyable, Sendable {
  var pid: Int32
  var uid: UInt32
  var gid: UInt32
}
