internal import Glibc

/// The machine's time zone database: the only place where calendars touch files.
///
/// Invariant: a descriptor is open only within `read`, and every pointer points into an array that
/// stays where it is during the call.
public enum SystemZones {
  /// Where systems keep compiled zones.
  static let folders = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"]
  private static let bytesMax = 1 << 20

  /// The rules of a zone by its IANA name, such as `America/New_York`.
  public static func load(_ name: String) throws(ZoneError) -> ZoneRules {
    guard isName(name) else { throw ZoneError("\"\(name)\" is no name of a time zone") }
    for folder in folders {
      guard let bytes = read("\(folder)/\(name)") else { continue }
      do throws(ZoneError) {
        return try ZoneRules(parsing: bytes)
      } catch {
        throw ZoneError("\(folder)/\(name): \(error)")
      }
    }
    guard read("\(folders[0])/UTC") != nil || read("\(folders[0])/Etc/UTC") != nil else {
      throw ZoneError(
        "there is no time zone database in \(folders[0]): install the package tzdata")
    }
    throw ZoneError("there is no time zone \"\(name)\"")
  }

  /// Letters, digits and `_+-`, in parts between slashes: nothing that leads out of the folder.
  static func isName(_ name: String) -> Bool {
    guard (1...64).contains(name.utf8.count) else { return false }
    return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty
        && part.unicodeScalars.allSatisfy { scalar in
          scalar.isASCII
            && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_"
              || scalar == "+" || scalar == "-")
        }
    }
  }

  private static func read(_ path: String) -> [UInt8]? {
    // Safe: the string is a C string during the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while bytes.count < bytesMax {
      // Safe: the buffer's storage stays where it is during the call, which writes within it.
      let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
    return nil
  }
}
