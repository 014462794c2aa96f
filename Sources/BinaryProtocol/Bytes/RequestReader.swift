/// Reads the request or reply of a method; every fault is a `CallError` that names the field.
struct RequestReader {
  private var reader: ByteReader
  private let method: String
  private let code: StatusCode

  /// A reader of a request, or with `.internalError` of what a server sent.
  init(_ bytes: [UInt8], method: String, fault code: StatusCode = .invalidArgument) {
    reader = ByteReader(bytes)
    self.method = method
    self.code = code
  }

  mutating func integer<T: FixedWidthInteger & UnsignedInteger>(
    _ type: T.Type, _ field: String
  ) throws(CallError) -> T {
    do { return try reader.integer(type) } catch { throw fault(error, field) }
  }

  mutating func text(_ field: String) throws(CallError) -> String {
    do { return try reader.text() } catch { throw fault(error, field) }
  }

  /// Nothing may follow.
  func end() throws(CallError) {
    guard reader.remaining == 0 else {
      throw CallError(code, "\(method): \(reader.remaining) bytes after the last field")
    }
  }

  func bad(_ field: String, _ expected: String, _ found: String) -> CallError {
    CallError(code, "\(method): \(field): expected \(expected), found \(found)")
  }

  private func fault(_ fault: ByteReader.Fault, _ field: String) -> CallError {
    switch fault {
    case .truncated: CallError(code, "\(method): ends inside \(field)")
    case .badText: CallError(code, "\(method): \(field) is not UTF-8")
    }
  }
}
