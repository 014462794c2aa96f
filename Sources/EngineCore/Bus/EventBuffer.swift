/// A fixed area for events: filled once, handed out as a span, emptied, filled again.
///
/// Invariant: `count <= capacity`, and the first `count` slots are initialised.
@safe final class EventBuffer {
  let capacity: Int
  let base: UnsafeMutablePointer<Event>
  private(set) var count = 0

  init(capacity: Int) {
    self.capacity = capacity
    unsafe base = .allocate(capacity: capacity)
  }

  deinit { unsafe base.deallocate() }

  func removeAll() { count = 0 }

  /// Drops the first events.
  func removeFirst(_ dropped: Int) {
    precondition(dropped <= count)
    for index in 0..<count - dropped {
      // Safe: both indexes are below count.
      unsafe base[index] = base[index + dropped]
    }
    count -= dropped
  }

  func append(_ event: Event) {
    precondition(count < capacity)
    // Safe: checked above; events are trivial, so assigning to raw memory initialises it.
    unsafe base[count] = event
    count &+= 1
  }

  subscript(index: Int) -> Event {
    precondition(index < count)
    // Safe: checked above.
    return unsafe base[index]
  }

  /// What the buffer holds, until it is emptied or filled further.
  var span: Span<Event> {
    @_lifetime(immortal)
    get {
      // Safe: the first `count` slots are initialised; readers hand the span to one call, during
      // which the buffer stays as it is.
      let span = unsafe UnsafeBufferPointer(start: base, count: count).span
      return unsafe _overrideLifetime(span, borrowing: ())
    }
  }
}
