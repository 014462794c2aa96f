/// What code may not say, and what it says instead.
struct Ban: Sendable {
  var text: String
  var instead: String
  /// Where it counts.
  var folders: [String]
  /// Files that may say it.
  var exempt: Set<String> = []

  static let all: [Ban] = [
    Ban(
      text: "ContinuousClock", instead: "the engine's clock (`context.clock`)",
      folders: ["Sources/"]),
    Ban(text: "SuspendingClock", instead: "the engine's clock", folders: ["Sources/"]),
    Ban(text: "Date()", instead: "`clock.now()`", folders: ["Sources/"]),
    Ban(
      text: "Task.sleep", instead: "a timer of the lane, or `Pause.wait` in engined",
      folders: ["Sources/", "Tests/"],
      exempt: waitingFiles),
    Ban(text: "usleep(", instead: "a timer, or a parker", folders: ["Sources/", "Tests/"]),
    Ban(
      text: "print(", instead: "the log, or `SystemFiles.print` for what a command answers",
      folders: ["Sources/"]),
    Ban(text: "try!", instead: "`try` and an error that says what happened", folders: everywhere),
    Ban(
      text: "fatalError", instead: "`precondition` for what the caller broke, an error otherwise",
      folders: ["Sources/"]),
    Ban(
      text: "@unchecked Sendable", instead: "`Mutex`, `Atomic` or a value", folders: ["Sources/"],
      exempt: Unsafe.uncheckedFiles),
    Ban(text: "nonisolated(unsafe)", instead: "`Mutex` or `Atomic`", folders: everywhere),
    Ban(
      text: "unsafe ", instead: "a safe API; the few files that need it are listed here",
      folders: ["Sources/"], exempt: Unsafe.files),
    Ban(text: "DispatchQueue", instead: "a lane, or `context.background`", folders: ["Sources/"]),
  ]

  private static let everywhere = ["Sources/", "Tests/"]
  /// Waits that end when something happens, or that look again until a deadline.
  private static let waitingFiles: Set<String> = [
    "Sources/engined/AdminService+Streams.swift",
    "Tests/EnginectlTests/CannedDaemon.swift", "Tests/SystemTests/Deadline.swift",
  ]

  /// Line numbers, from 1, where the code says it.
  func hits(in code: SwiftCode, of path: String) -> [Int] {
    guard folders.contains(where: { path.hasPrefix($0) }), !exempt.contains(path) else { return [] }
    return code.lines.enumerated().filter { occurs(in: $0.element) }.map { $0.offset + 1 }
  }

  /// As a word of its own: `print(` is not in `fingerprint(` nor in `SystemFiles.print(`.
  private func occurs(in line: String) -> Bool {
    var rest = line[...]
    while let range = rest.firstRange(of: text) {
      let before = rest[..<range.lowerBound].last
      let isPart = before.map { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." } ?? false
      let isDeclared = rest[..<range.lowerBound].hasSuffix("func ")
      if !isPart, !isDeclared { return true }
      rest = rest[range.upperBound...]
    }
    return false
  }
}

/// Files with unsafe code: each small, with a safe API and a reason at each use.
enum Unsafe {
  static let lineMaximum = 300
  static let files: Set<String> = [
    "Sources/BinaryProtocol/Bytes/RawSpan+Loads.swift",
    "Sources/BinaryProtocol/Compression/Transposition.swift",
    "Sources/BinaryProtocol/Records/RecordDecoder.swift",
    "Sources/BinaryProtocol/Records/RecordEncoder.swift",
    "Sources/EngineCore/Bus/EventBuffer.swift", "Sources/EngineCore/Bus/Parker.swift",
    "Sources/EngineCore/Bus/Ring.swift", "Sources/EngineCore/Bus/SequenceTable.swift",
    "Sources/EngineCore/Host/LaneThread.swift", "Sources/EngineCore/Plugin/EventSink.swift",
    "Sources/EngineCore/Plugin/Outbox.swift",
    "Sources/EngineCore/Time/Calendar/SystemZones.swift",
    "Sources/Plugins/Fanout/RecordCopy.swift",
    "Sources/Plugins/JournalFiles/Blocks/EventArea.swift",
    "Sources/Plugins/JournalFiles/Blocks/EventColumns.swift",
    "Sources/Plugins/JournalFiles/Bytes/ByteBuffer.swift",
    "Sources/Plugins/JournalFiles/Disk/PosixDisk.swift",
    "Sources/Plugins/JournalFiles/Sealed/Deflate.swift",
    "Sources/Plugins/Notify/Senders/CommandCall.swift",
    "Sources/Plugins/Notify/Senders/LogFileSender.swift",
    "Sources/Plugins/Notify/Senders/MailCall.swift",
    "Sources/Plugins/TickFiles/GzipInflater.swift",
    "Sources/Plugins/TickFiles/InputFile.swift", "Sources/Plugins/TickFiles/ZstdInflater.swift",
    "Sources/Plugins/Transport/SocketOutlet.swift",
    "Sources/Plugins/Transport/UnixSystem.swift",
    "Sources/Plugins/WebFrontend/Dashboard/EmbeddedFile.swift",
    "Sources/Plugins/WebProtocol/Bytes/RawBytes.swift",
    "Sources/Plugins/WebProtocol/JSON/JSONCursor.swift",
    "Sources/Plugins/WebProtocol/WebSocket/Masking.swift",
    "Sources/Plugins/ZlibStreams/DeflateStream.swift",
    "Sources/Plugins/ZlibStreams/InflateStream.swift",
    "Sources/enginectl/Session/System.swift", "Sources/engined/ServiceNotifier.swift",
    "Sources/engined/SignalWaiter.swift", "Sources/engined/SystemFiles.swift",
  ]
  /// Types whose threads the compiler cannot check; the invariant stands in the type.
  static let uncheckedFiles: Set<String> = [
    "Sources/EngineCore/Bus/Parker.swift", "Sources/EngineCore/Bus/Ring.swift",
    "Sources/EngineCore/Bus/SequenceTable.swift", "Sources/EngineCore/Bus/Subscription.swift",
    "Sources/EngineCore/Host/Lane.swift",
  ]
}

/// Who may import what: the architecture, as the compiler cannot say it within a module.
enum Imports {
  static let allowed: [(folder: String, modules: Set<String>)] = [
    ("Sources/EngineCore/", ["CPlatform", "Glibc", "Synchronization"]),
    ("Sources/BinaryProtocol/", ["EngineCore", "Synchronization", "ZlibStreams"]),
    ("Sources/Plugins/ZlibStreams/", ["CZlib"]),
    ("Sources/Plugins/WebProtocol/", ["EngineCore", "ZlibStreams"]),
    (
      "Sources/Plugins/Transport/",
      [
        "BinaryProtocol", "EngineCore", "Glibc", "NIOCore", "NIOPosix", "NIOSSL", "NIOTLS",
        "Synchronization",
      ]
    ),
    ("Sources/Plugins/Fanout/", ["EngineCore", "NIOCore", "Synchronization"]),
    ("Sources/Plugins/AlertRules/", ["BarIndicators", "EngineCore"]),
    // Dates of files, blobs and the database come with Foundation.
    (
      "Sources/Plugins/Alerts/",
      ["AlertRules", "EngineCore", "Foundation", "GRDB", "Synchronization"]
    ),
    // Blobs and the database come with Foundation.
    (
      "Sources/Plugins/History/",
      ["BarAggregation", "BinaryProtocol", "EngineCore", "Foundation", "GRDB", "Synchronization"]
    ),
    (
      "Sources/Plugins/JournalFiles/",
      ["CPlatform", "CZlib", "EngineCore", "Glibc", "Synchronization"]
    ),
    ("Sources/Plugins/Journal/", ["EngineCore", "JournalFiles", "Synchronization"]),
    // HMAC and digests come from a library that many look after.
    ("Sources/Plugins/Notifications/", ["Crypto", "EngineCore"]),
    // The database, and files and variables of those who add channels, come with Foundation.
    (
      "Sources/Plugins/Notify/",
      [
        "AsyncHTTPClient", "CNotify", "EngineCore", "Foundation", "GRDB", "NIOCore", "NIOHTTP1",
        "NIOPosix", "NIOSSL", "Notifications", "Synchronization",
      ]
    ),
    ("Sources/Plugins/DBNFiles/", []),
    ("Sources/Plugins/TickFiles/", ["CZlib", "CZstd", "DBNFiles", "EngineCore", "Glibc"]),
    ("Sources/Plugins/Replay/", ["EngineCore", "Synchronization", "TickFiles"]),
    (
      "Sources/Plugins/BinaryFrontend/",
      [
        "BinaryProtocol", "EngineCore", "Fanout", "Glibc", "NIOCore", "NIOPosix", "NIOSSL",
        "Synchronization", "Transport",
      ]
    ),
    (
      "Sources/Plugins/WebFrontend/",
      [
        "DashboardFiles", "EngineCore", "Fanout", "Glibc", "NIOCore", "NIOHTTP1", "NIOPosix",
        "NIOSSL", "Synchronization", "Transport", "WebProtocol", "ZlibStreams",
      ]
    ),
    (
      "Sources/engined/",
      [
        "ArgumentParser", "BinaryProtocol", "EngineCore", "Glibc", "NIOCore", "NIOPosix",
        "Plugins", "Synchronization", "Transport",
      ]
    ),
    (
      "Sources/enginectl/",
      [
        "AlertRules", "ArgumentParser", "BarAggregation", "BinaryProtocol", "DBNFiles",
        "Dispatch", "EngineCore", "Glibc",
        "JournalFiles", "NIOCore", "NIOPosix", "Synchronization", "TickFiles", "Transport",
      ]
    ),
    ("Sources/Plugins/Bars/", ["BarAggregation", "EngineCore", "Synchronization"]),
    // Every other plugin.
    ("Sources/Plugins/", ["EngineCore", "Synchronization"]),
  ]

  static func modules(in code: SwiftCode) -> [String] {
    code.lines.compactMap { line in
      let words = line.split(separator: " ")
      guard let index = words.firstIndex(of: "import"), index + 1 < words.count,
        words[..<index].allSatisfy({ ["public", "package", "internal", "private"].contains($0) })
      else { return nil }
      return String(words[index + 1])
    }
  }
}
