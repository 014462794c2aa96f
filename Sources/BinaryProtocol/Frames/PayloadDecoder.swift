/// Decodes the payload behind a checked header.
enum PayloadDecoder {
  static func decode(
    _ header: FrameHeader, _ bytes: [UInt8], range: Range<Int>
  ) throws(FrameError) -> Frame {
    var reader = ByteReader(bytes, range: range)
    do {
      let frame = try payload(header, &reader)
      guard reader.remaining == 0 else {
        throw FrameError.trailingBytes(header.type, count: reader.remaining)
      }
      return frame
    } catch let error as FrameError {
      throw error
    } catch ByteReader.Fault.badText {
      throw .badText(header.type)
    } catch {
      throw .truncatedPayload(header.type)
    }
  }

  private static func payload(_ header: FrameHeader, _ reader: inout ByteReader) throws -> Frame {
    let stream = header.streamID
    switch header.type {
    case .hello: return .hello(try hello(&reader))
    case .helloAck: return .helloAck(try helloAck(&reader))
    case .call:
      let isUnary = header.flags & FrameFlags.unary != 0
      return .call(stream: stream, try call(&reader, isUnary: isUnary))
    case .message:
      let isLast = header.flags & FrameFlags.end != 0
      return .message(stream: stream, payload: reader.rest(), isLast: isLast)
    case .status: return .status(stream: stream, try status(&reader))
    case .cancel: return .cancel(stream: stream)
    case .credit:
      let bytes: UInt32 = try reader.integer()
      guard bytes > 0 else { throw FrameError.badValue(.credit, field: "credit of 0") }
      return .credit(stream: stream, bytes: bytes)
    case .ping: return .ping(try reader.integer())
    case .pong: return .pong(try reader.integer())
    case .goAway:
      let last: UInt32 = try reader.integer()
      let code: UInt8 = try reader.integer()
      try zero(UInt8.self, &reader, .goAway)
      return .goAway(GoAway(lastStreamID: last, code: code, text: try reader.text()))
    case .data: return .data(stream: stream, flags: header.flags, payload: reader.rest())
    }
  }

  private static func zero<T: FixedWidthInteger & UnsignedInteger>(
    _ width: T.Type, _ reader: inout ByteReader, _ type: FrameType
  ) throws {
    let value: T = try reader.integer()
    guard value == 0 else { throw FrameError.badValue(type, field: "reserved field") }
  }

  /// `hello` and `helloAck` may grow at their end: later fields are for later versions.
  private static func hello(_ reader: inout ByteReader) throws -> Hello {
    guard try reader.take(4) == WireFormat.magic else {
      throw FrameError.badValue(.hello, field: "magic")
    }
    let least: UInt16 = try reader.integer()
    let most: UInt16 = try reader.integer()
    guard least <= most else { throw FrameError.badValue(.hello, field: "version range") }
    let capabilities: UInt64 = try reader.integer()
    let frameBytes = try frameLimit(&reader, .hello)
    let name = try reader.text()
    _ = reader.rest()
    return Hello(
      versions: least...most, capabilities: capabilities, maxFrameBytes: frameBytes,
      clientName: name)
  }

  private static func helloAck(_ reader: inout ByteReader) throws -> HelloAck {
    let version: UInt16 = try reader.integer()
    try zero(UInt16.self, &reader, .helloAck)
    let capabilities: UInt64 = try reader.integer()
    let frameBytes = try frameLimit(&reader, .helloAck)
    let streams: UInt32 = try reader.integer()
    let credit: UInt32 = try reader.integer()
    let interval: UInt32 = try reader.integer()
    let timeout: UInt32 = try reader.integer()
    let pid: UInt32 = try reader.integer()
    let epoch: UInt64 = try reader.integer()
    let name = try reader.text()
    let serverVersion = try reader.text()
    _ = reader.rest()
    return HelloAck(
      version: version, capabilities: capabilities, maxFrameBytes: frameBytes,
      maxStreams: streams, maxCreditBytes: credit, keepAliveIntervalMillis: interval,
      keepAliveTimeoutMillis: timeout,
      server: ServerIdentity(name: name, version: serverVersion, pid: pid, epoch: epoch))
  }

  private static func frameLimit(
    _ reader: inout ByteReader, _ type: FrameType
  ) throws -> UInt32 {
    let bytes: UInt32 = try reader.integer()
    guard bytes >= WireFormat.leastFrameBytes else {
      throw FrameError.badValue(type, field: "frame limit of \(bytes)")
    }
    return bytes
  }

  private static func call(_ reader: inout ByteReader, isUnary: Bool) throws -> CallRequest {
    let timeout: UInt64 = try reader.integer()
    let credit: UInt32 = try reader.integer()
    let pairs: UInt16 = try reader.integer()
    guard pairs <= WireFormat.metadataPairsMax else {
      throw FrameError.badValue(.call, field: "metadata count of \(pairs)")
    }
    let method = try reader.text()
    guard (1...WireFormat.methodBytesMax).contains(method.utf8.count) else {
      throw FrameError.badValue(.call, field: "method name of \(method.utf8.count) bytes")
    }
    var metadata: [MetadataPair] = []
    for _ in 0..<pairs {
      let pair = MetadataPair(try reader.text(), try reader.text())
      guard max(pair.key.utf8.count, pair.value.utf8.count) <= WireFormat.metadataBytesMax else {
        throw FrameError.badValue(.call, field: "metadata length")
      }
      metadata.append(pair)
    }
    return CallRequest(
      method: method, timeoutNanos: timeout, initialCreditBytes: credit, isUnary: isUnary,
      metadata: metadata, payload: reader.rest())
  }

  private static func status(_ reader: inout ByteReader) throws -> CallStatus {
    let code: UInt8 = try reader.integer()
    guard let known = StatusCode(rawValue: code) else {
      throw FrameError.badValue(.status, field: "code \(code)")
    }
    try zero(UInt8.self, &reader, .status)
    let message = try reader.text()
    let hint = try reader.text()
    return CallStatus(code: known, message: message, hint: hint, details: reader.rest())
  }
}
