/// What a command learns from around it, so that tests can say it instead.
struct ProcessEnvironment: Sendable {
  /// The value of an environment variable.
  var variable: @Sendable (String) -> String?
  /// The content of a file, when it can be read.
  var file: @Sendable (String) -> [UInt8]?
  /// What is piped in.
  var input: any ByteSource = StandardInput()

  /// The real one.
  static let process = ProcessEnvironment(
    variable: { System.variable($0) }, file: { System.file($0, bytesMax: 4 << 20) })
}
