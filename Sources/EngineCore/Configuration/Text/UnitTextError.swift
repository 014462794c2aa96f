/// Why a duration or size text has no value.
public enum UnitTextError: Error, Sendable, Hashable {
  /// Not digits and units in falling order; a blank, a sign and a missing unit belong here.
  case malformed
  /// The value is beyond `Int64`.
  case overflow
  /// The value is not a whole number of nanoseconds or bytes.
  case inexact
}
