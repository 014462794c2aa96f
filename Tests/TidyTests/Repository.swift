import Foundation

/// The files that belong to the project.
struct Repository: Sendable {
  let root: String
  /// Paths from the root, in order.
  let files: [String]

  static let here = Repository()

  private init() {
    let source = URL(filePath: #filePath)
    let root = source.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path(percentEncoded: false)
    self.root = root.hasSuffix("/") ? String(root.dropLast()) : root
    files = (Self.tracked(in: self.root) ?? Self.walked(self.root)).sorted()
  }

  func files(under folder: String = "", ending: String = "") -> [String] {
    files.filter { $0.hasPrefix(folder) && $0.hasSuffix(ending) }
  }

  var swiftFiles: [String] { files(ending: ".swift") }

  func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(root)/\(path)")
  }

  func bytes(_ path: String) -> [UInt8]? {
    FileManager.default.contents(atPath: "\(root)/\(path)").map { Array($0) }
  }

  /// The text of a file; empty when it is not there.
  func text(_ path: String) -> String { String(decoding: bytes(path) ?? [], as: UTF8.self) }

  func lines(_ path: String) -> [Substring] {
    text(path).split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// What git knows, and new files that it does not ignore; nil without git.
  private static func tracked(in root: String) -> [String]? {
    let git = Process()
    git.executableURL = URL(filePath: "/usr/bin/env")
    git.arguments = [
      "git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard",
    ]
    let output = Pipe()
    git.standardOutput = output
    git.standardError = FileHandle.nullDevice
    guard (try? git.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    git.waitUntilExit()
    guard git.terminationStatus == 0 else { return nil }
    let paths = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    return paths.filter { FileManager.default.fileExists(atPath: "\(root)/\($0)") }
  }

  /// All files but those of folders that hold what was built.
  private static func walked(_ root: String) -> [String] {
    guard let walk = FileManager.default.enumerator(atPath: root) else { return [] }
    var paths: [String] = []
    while let path = walk.nextObject() as? String {
      let name = path.split(separator: "/").last ?? ""
      if walk.fileAttributes?[.type] as? FileAttributeType == .typeDirectory {
        let isBuilt = name.hasPrefix(".build") || ["bin", "run", ".git"].contains(name)
        if isBuilt { walk.skipDescendants() }
      } else {
        paths.append(path)
      }
    }
    return paths
  }
}
