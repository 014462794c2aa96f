// swift-tools-version: 6.2
import PackageDescription

/// One library a fuzz target; run.sh links each with libFuzzer, which brings `main`.
func fuzz(_ name: String, needs: [String]) -> Target {
  .target(
    name: name, dependencies: needs.map { .product(name: $0, package: "tickwire") },
    swiftSettings: [.swiftLanguageMode(.v6)])
}

let package = Package(
  name: "tickwire-fuzz",
  products: [
    .library(name: "FuzzFrames", type: .static, targets: ["FuzzFrames"]),
    .library(name: "FuzzRecords", type: .static, targets: ["FuzzRecords"]),
    .library(name: "FuzzWeb", type: .static, targets: ["FuzzWeb"]),
  ],
  dependencies: [.package(name: "tickwire", path: "../..")],
  targets: [
    fuzz("FuzzFrames", needs: ["BinaryProtocol"]),
    fuzz("FuzzRecords", needs: ["BinaryProtocol", "EngineCore"]),
    fuzz("FuzzWeb", needs: ["EngineCore", "WebProtocol"]),
  ]
)
