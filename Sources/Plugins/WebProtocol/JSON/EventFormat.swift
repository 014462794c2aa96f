/// How events are written for a client. Clients with the same format share the bytes.
public struct EventFormat: Hashable, Sendable {
  public enum Times: String, Sendable, CaseIterable {
    /// ISO 8601 in UTC with 0, 3, 6 or 9 decimals of the second, as a string.
    case iso
    /// Nanoseconds since 1970, as an integer beyond what a double holds exactly.
    case nanos = "ns"
  }

  public enum Fields: String, Sendable, CaseIterable {
    /// What is of interest to most.
    case basic
    /// Receive times, sources, venue sequences and the sequences that made a bar, too.
    case full
  }

  public var times: Times
  public var fields: Fields

  public init(times: Times = .iso, fields: Fields = .basic) {
    self.times = times
    self.fields = fields
  }
}
