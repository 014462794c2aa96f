import EngineCore
import Foundation

/// What Python's `zoneinfo` says of every zone of the machine: an independent reader of the same
/// database.
struct PythonZones {
  struct Zone {
    var name: String
    var firstOffset: Int
    var transitions: [ZoneRules.Transition]
    var boundaries: [Boundary]
  }

  /// The instant at which a local day of a zone is so many seconds old.
  struct Boundary: Equatable {
    var day: Int
    var seconds: Int
    var instant: Int64
  }

  static let isAvailable: Bool = {
    (try? run("import zoneinfo; print(len(zoneinfo.available_timezones()) > 300)", nil))
      .map { String(decoding: $0, as: UTF8.self).hasPrefix("True") } ?? false
  }()

  var zones: [Zone] = []

  init() throws {
    let output = try Self.run(Self.script, nil)
    guard let lineEnd = output.firstIndex(of: UInt8(ascii: "\n")) else { return }
    let names = String(decoding: output[..<lineEnd], as: UTF8.self).split(separator: " ")
    let bytes = Array(output[(lineEnd + 1)...])
    var index = 0
    func next() -> Int64 {
      defer { index += 8 }
      return bytes[index..<index + 8].reversed().reduce(0) { $0 << 8 | Int64($1) }
    }
    for name in names {
      var zone = Zone(name: String(name), firstOffset: Int(next()), transitions: [], boundaries: [])
      for _ in 0..<next() {
        zone.transitions.append(ZoneRules.Transition(time: next(), offset: Int(next())))
      }
      for _ in 0..<next() {
        zone.boundaries.append(
          Boundary(day: Int(next()), seconds: Int(next()), instant: next()))
      }
      zones.append(zone)
    }
  }

  private static func run(_ script: String, _ input: String?) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    return data
  }

  private static let script = """
    import sys, struct, zoneinfo
    from datetime import datetime, timedelta, timezone
    UTC = timezone.utc
    EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
    END = int((datetime(2038, 1, 1, tzinfo=UTC) - EPOCH).total_seconds())
    def offset(zone, t):
        return int((EPOCH + timedelta(seconds=t)).astimezone(zone).utcoffset().total_seconds())
    def change(zone, low, high):
        "the first second of (low, high] with another offset than low"
        before = offset(zone, low)
        while high - low > 1:
            middle = (low + high) // 2
            if offset(zone, middle) == before: low = middle
            else: high = middle
        return high
    def instant(zone, day, seconds):
        wall = datetime(1970, 1, 1) + timedelta(days=day, seconds=seconds)
        first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if first.astimezone(zone).replace(tzinfo=None) == wall:
            return int((first - EPOCH).total_seconds())
        late = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
        ends = sorted(int((x - EPOCH).total_seconds()) for x in (first, late))
        return change(zone, ends[0] - 1, ends[1])
    names = sorted(n for n in zoneinfo.available_timezones() if n != "localtime")
    out = []
    for name in names:
        zone = zoneinfo.ZoneInfo(name)
        transitions, t, step = [], 0, 3 * 86400
        while t < END:
            high = min(t + step, END)
            if offset(zone, t) != offset(zone, high):
                at = change(zone, t, high)
                transitions.append((at, offset(zone, at)))
                t = at
            else: t = high
        boundaries = []
        for at, after in transitions:
            day = (at + after) // 86400
            for d in (day - 1, day, day + 1):
                for seconds in (0, 5400, 9000, 61200):
                    boundaries.append((d, seconds, instant(zone, d, seconds)))
        out += [offset(zone, 0), len(transitions)] + [x for p in transitions for x in p]
        out += [len(boundaries)] + [x for b in boundaries for x in b]
    sys.stdout.write(" ".join(names) + "\\n")
    sys.stdout.flush()
    sys.stdout.buffer.write(struct.pack("<%dq" % len(out), *out))
    """
}
