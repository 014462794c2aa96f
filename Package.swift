// swift-tools-version: 6.2
import PackageDescription

/// Every target is built with the same strict settings; see docs/ARCHITECTURE.md.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableExperimentalFeature("Lifetimes"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
]
let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

/// A plugin: one folder under Sources/Plugins. It sees EngineCore and what it names here, never
/// another plugin.
func plugin(_ name: String, needs: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: ["EngineCore"] + needs, path: "Sources/Plugins/\(name)",
    exclude: ["README.md", "sample.json"], swiftSettings: strict)
}

func tests(
  _ name: String, path: String? = nil, exclude: [String] = [], needs: [Target.Dependency]
) -> Target {
  .testTarget(
    name: name, dependencies: needs + ["EngineCore", "Support"], path: path ?? "Tests/\(name)",
    exclude: exclude, swiftSettings: strict)
}

func pluginTests(
  _ name: String, exclude: [String] = [], needs: [Target.Dependency] = []
) -> Target {
  tests(
    "\(name)Tests", path: "Tests/Plugins/\(name)Tests", exclude: exclude,
    needs: [.target(name: name)] + needs)
}

let package = Package(
  name: "tickwire",
  products: [
    .executable(name: "engined", targets: ["engined"]),
    .executable(name: "enginectl", targets: ["enginectl"]),
    .library(name: "EngineCore", targets: ["EngineCore"]),
    .library(name: "BinaryProtocol", targets: ["BinaryProtocol"]),
    .library(name: "Plugins", targets: ["Plugins"]),
    .library(name: "AlertRules", targets: ["AlertRules"]),
    .library(name: "BarAggregation", targets: ["BarAggregation"]),
    .library(name: "BarIndicators", targets: ["BarIndicators"]),
    .library(name: "JournalFiles", targets: ["JournalFiles"]),
    .library(name: "WebProtocol", targets: ["WebProtocol"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    // The core: standard library and Synchronization only, plus a few system calls.
    .target(name: "CPlatform", path: "Sources/EngineCore/CPlatform"),
    .target(
      name: "EngineCore", dependencies: ["CPlatform"], path: "Sources/EngineCore",
      exclude: ["CPlatform"], swiftSettings: strict),
    .target(
      name: "BinaryProtocol", dependencies: ["EngineCore", "ZlibStreams"], swiftSettings: strict),

    // Libraries that plugins share.
    .systemLibrary(
      name: "CZlib", path: "Sources/Plugins/CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "ZlibStreams", dependencies: ["CZlib"], path: "Sources/Plugins/ZlibStreams",
      swiftSettings: strict),
    .target(
      name: "WebProtocol", dependencies: ["EngineCore", "ZlibStreams"],
      path: "Sources/Plugins/WebProtocol", swiftSettings: strict),
    .target(
      name: "Transport",
      dependencies: [
        "BinaryProtocol", "EngineCore", .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOTLS", package: "swift-nio"),
      ] + nio,
      path: "Sources/Plugins/Transport", swiftSettings: strict),

    .target(
      name: "Fanout",
      dependencies: ["EngineCore", .product(name: "NIOCore", package: "swift-nio")],
      path: "Sources/Plugins/Fanout", swiftSettings: strict),

    .target(
      name: "AlertRules", dependencies: ["BarIndicators", "EngineCore"],
      path: "Sources/Plugins/AlertRules", swiftSettings: strict),

    .target(
      name: "BarIndicators", dependencies: ["EngineCore"], path: "Sources/Plugins/BarIndicators",
      swiftSettings: strict),

    .target(
      name: "BarAggregation", dependencies: ["EngineCore"], path: "Sources/Plugins/BarAggregation",
      swiftSettings: strict),

    .target(
      name: "JournalFiles", dependencies: ["CPlatform", "CZlib", "EngineCore"],
      path: "Sources/Plugins/JournalFiles", swiftSettings: strict),

    // The dashboard's files, put into the program by the C compiler.
    .target(
      name: "DashboardFiles", path: "Sources/Plugins/Dashboard",
      exclude: ["README.md", "page", "test", "package.json", "tsconfig.json"]),

    .target(name: "CNotify", path: "Sources/Plugins/CNotify"),
    .target(
      name: "Notifications",
      dependencies: ["EngineCore", .product(name: "Crypto", package: "swift-crypto")],
      path: "Sources/Plugins/Notifications", swiftSettings: strict),

    .target(name: "CZstd", path: "Sources/Plugins/CZstd", linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "DBNFiles", path: "Sources/Plugins/DBNFiles", swiftSettings: strict),
    .target(
      name: "TickFiles", dependencies: ["CZlib", "CZstd", "DBNFiles", "EngineCore"],
      path: "Sources/Plugins/TickFiles", swiftSettings: strict),

    // Plugins: one line each, and one line in Registry/AllPlugins.swift.
    plugin("Alerts", needs: ["AlertRules", .product(name: "GRDB", package: "GRDB.swift")]),
    plugin("Bars", needs: ["BarAggregation"]),
    plugin(
      "BinaryFrontend",
      needs: [
        "BinaryProtocol", "Fanout", "Transport",
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ] + nio),
    plugin("Generator"),
    plugin(
      "History",
      needs: ["BarAggregation", "BinaryProtocol", .product(name: "GRDB", package: "GRDB.swift")]),
    plugin("Journal", needs: ["JournalFiles"]),
    plugin(
      "Notify",
      needs: [
        "CNotify", "Notifications",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ] + nio),
    plugin("Probe"),
    plugin("Replay", needs: ["TickFiles"]),
    plugin(
      "WebFrontend",
      needs: [
        "DashboardFiles", "Fanout", "Transport", "WebProtocol", "ZlibStreams",
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ] + nio),
    .target(
      name: "Plugins",
      dependencies: [
        "Alerts", "Bars", "BinaryFrontend", "EngineCore", "Generator", "History", "Journal",
        "Notify", "Probe", "Replay", "WebFrontend",
      ],
      path: "Sources/Plugins/Registry", swiftSettings: strict),

    // Programs.
    .executableTarget(
      name: "engined",
      dependencies: ["EngineCore", "BinaryProtocol", "Plugins", "Transport", argumentParser] + nio,
      swiftSettings: strict),
    .executableTarget(
      name: "enginectl",
      dependencies: [
        "AlertRules", "BarAggregation", "BinaryProtocol", "DBNFiles", "EngineCore",
        "JournalFiles", "TickFiles", "Transport", argumentParser,
      ] + nio,
      swiftSettings: strict),

    // Tests: one target a module. Support holds what tests share: a clock, threads, ticks.
    .target(
      name: "Support", dependencies: ["EngineCore"], path: "Tests/Support", swiftSettings: strict),
    tests("EngineCoreTests", needs: []),
    tests("BinaryProtocolTests", needs: ["BinaryProtocol"]),
    tests(
      "TransportTests", path: "Tests/Plugins/TransportTests",
      needs: ["Transport", "BinaryProtocol"] + nio),
    tests(
      "BarAggregationTests", path: "Tests/Plugins/BarAggregationTests",
      needs: ["BarAggregation", "BarIndicators"]),
    tests(
      "WebProtocolTests", path: "Tests/Plugins/WebProtocolTests",
      needs: ["WebProtocol", "ZlibStreams"]),
    tests(
      "AlertRulesTests", path: "Tests/Plugins/AlertRulesTests", exclude: ["Oracle"],
      needs: ["AlertRules", "BarIndicators", "TickFiles"]),
    pluginTests(
      "Alerts", exclude: ["Golden"],
      needs: ["AlertRules", "Bars", "Journal", .product(name: "GRDB", package: "GRDB.swift")]),
    pluginTests("Bars", needs: ["BarAggregation"]),
    tests(
      "JournalFilesTests", path: "Tests/Plugins/JournalFilesTests", needs: ["JournalFiles"]),
    pluginTests(
      "BinaryFrontend", needs: ["BinaryProtocol", "Fanout", "Journal", "Transport"] + nio),
    pluginTests("Generator"),
    pluginTests(
      "History", needs: ["Bars", "Journal", .product(name: "GRDB", package: "GRDB.swift")]),
    pluginTests("Journal", needs: ["Bars", "JournalFiles"]),
    tests(
      "NotificationsTests", path: "Tests/Plugins/NotificationsTests", needs: ["Notifications"]),
    pluginTests(
      "Notify",
      needs: [
        "Alerts", "Notifications", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ] + nio),
    pluginTests("Probe"),
    tests(
      "DBNFilesTests", path: "Tests/Plugins/DBNFilesTests", needs: ["DBNFiles", "TickFiles"]),
    pluginTests("Replay", needs: ["DBNFiles", "TickFiles"]),
    pluginTests(
      "WebFrontend",
      needs: [
        "Alerts", "Bars", "BinaryProtocol", "Fanout", "Generator", "History", "Journal",
        "Transport", "WebProtocol", "ZlibStreams", .product(name: "NIOHTTP1", package: "swift-nio"),
      ] + nio),
    tests(
      "EnginectlTests",
      needs: [
        "AlertRules", "BarAggregation", "BinaryProtocol", "DBNFiles", "TickFiles", "Transport",
        "enginectl", argumentParser,
      ] + nio),
    tests("SystemTests", needs: ["BinaryProtocol", "Plugins", "Transport"] + nio),
    tests("TidyTests", needs: ["Plugins"]),
  ]
)
