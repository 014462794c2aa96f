/// Reads files that hold a list of records, such as alert rules, with the same checks and the same
/// faults as the configuration file.
public struct RecordFile: Sendable {
  /// The longest file that is read.
  public static let bytesMax = 1 << 30

  private let environment: [String: String]
  private let readFile: @Sendable (String) -> [UInt8]?

  /// - Parameters:
  ///   - environment: for references such as `${NAME}`.
  ///   - readFile: for `${file:path}`; nil when it cannot be read.
  public init(
    environment: [String: String] = [:],
    readFile: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
  ) {
    self.environment = environment
    self.readFile = readFile
  }

  /// Reads a list of records, or an object that has it as one of its members.
  ///
  /// - Parameters:
  ///   - file: the name that faults show.
  ///   - member: what the list is called in an object.
  ///   - most: records at most.
  /// - Throws: every fault of the file.
  public func read<Record: ConfigurationRecord>(
    _ bytes: [UInt8], file: String, member: String, as type: Record.Type, most: Int
  ) throws(ConfigurationError) -> [Record] {
    let document: JSONValue
    do throws(JSONError) {
      document = try JSONReader(depthMaximum: 64, sizeMaximum: Self.bytesMax).read(bytes)
    } catch {
      throw ConfigurationError(faults: [
        ConfigurationFault(
          place: .text(file: file, error.position), path: "", expected: error.expected,
          found: error.found)
      ])
    }
    var decoder = ConfigurationDecoder(file: file, environment: environment, readFile: readFile)
    let list = ConfigurationType.list(of: .record(type), atMost: most)
    let value: ConfigurationValue?
    if document.object != nil {
      let keys: [ConfigurationKey] = [
        .required(member, list, "The list."), .optional("$schema", .string, "For editors."),
      ]
      value = decoder.decodeObject(document, keys, at: ConfigurationSpot())?[member]
    } else {
      value = decoder.decode(document, as: list, at: ConfigurationSpot())
    }
    var records: [Record] = []
    var faults = decoder.faults
    for element in value?.list ?? [] {
      guard var object = element.object else { continue }
      records.append(Record(from: &object))
      faults += object.faults
    }
    guard faults.isEmpty else { throw ConfigurationError(faults: faults) }
    return records
  }

  /// Reads one record from a value that was not read from a file, such as the arguments of a
  /// command.
  ///
  /// - Parameter name: stands for the file in faults.
  public func read<Record: ConfigurationRecord>(
    _ value: JSONValue, name: String, as type: Record.Type
  ) throws(ConfigurationError) -> Record {
    var decoder = ConfigurationDecoder(file: name, environment: environment, readFile: readFile)
    guard var object = decoder.decodeObject(value, type.keys, at: ConfigurationSpot()) else {
      throw ConfigurationError(faults: decoder.faults)
    }
    let record = Record(from: &object)
    guard object.faults.isEmpty else { throw ConfigurationError(faults: object.faults) }
    return record
  }
}
