/// Yes, no, or not known because something has not been seen yet.
public enum Truth: UInt8, Sendable, Hashable, BitwiseCopyable {
  case unknown = 0
  case no = 1
  case yes = 2

  init(_ value: Bool) { self = value ? .yes : .no }
}
