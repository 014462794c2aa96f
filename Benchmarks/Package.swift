// swift-tools-version: 6.2
import PackageDescription

/// Drives Tickwire's own parts under the workloads that README.md describes. A package of its own,
/// so that nobody who builds the product builds this.
let package = Package(
  name: "benchmarks",
  dependencies: [.package(name: "tickwire", path: "..")],
  targets: [
    .target(name: "CBench"),
    .executableTarget(
      name: "busbench",
      dependencies: ["CBench", .product(name: "EngineCore", package: "tickwire")],
      swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]),
    .executableTarget(
      name: "alertbench",
      dependencies: [
        "CBench", .product(name: "AlertRules", package: "tickwire"),
        .product(name: "EngineCore", package: "tickwire"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]),
    .executableTarget(
      name: "alertsengine",
      dependencies: [
        "CBench",
        .product(name: "EngineCore", package: "tickwire"),
        .product(name: "Plugins", package: "tickwire"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]),
    .executableTarget(
      name: "barbench",
      dependencies: [
        "CBench", .product(name: "BarAggregation", package: "tickwire"),
        .product(name: "EngineCore", package: "tickwire"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]),
    .executableTarget(
      name: "journalbench",
      dependencies: [
        "CBench", .product(name: "EngineCore", package: "tickwire"),
        .product(name: "JournalFiles", package: "tickwire"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]),
    .executableTarget(
      name: "webbench",
      dependencies: [
        "CBench", .product(name: "EngineCore", package: "tickwire"),
        .product(name: "WebProtocol", package: "tickwire"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]),
  ]
)
