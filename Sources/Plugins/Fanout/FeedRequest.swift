package import EngineCore

/// A subscription that was checked.
package struct FeedRequest {
  /// What the client knows it by.
  package var stream: UInt32
  package var selection: Selection
  package var policy: DeliveryPolicy
  package var coding = FrameCoding.plain
  /// The first sequence that is sent.
  package var from: UInt64
  package var wantsSnapshot = false
  /// With `conflate`: the time between two deliveries.
  package var conflationNanos: Int64 = 0
  /// How long what is new may wait, beyond what the frontend's others wait.
  package var flushNanos: Int64 = 0
  /// Every instrument is defined at once, not those alone that the selection names.
  package var wantsAllInstruments = false
  /// Records that go before everything else but definitions.
  package var opening: [UInt8] = []

  package init(
    stream: UInt32, selection: Selection, policy: DeliveryPolicy, from: UInt64
  ) {
    self.stream = stream
    self.selection = selection
    self.policy = policy
    self.from = from
  }
}
