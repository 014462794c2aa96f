/// Settings that are read from one object of the file.
///
/// `init(from:)` is called only when every value of the object has its declared type and range. It
/// does not throw: what it finds wrong between values it reports with `ConfigurationObject.fault`,
/// so that a user sees all faults of a file at once.
public protocol ConfigurationRecord: Sendable, Equatable {
  /// Every key that the object may have.
  static var keys: [ConfigurationKey] { get }
  /// Takes the values out of a validated object.
  init(from object: inout ConfigurationObject)
}
