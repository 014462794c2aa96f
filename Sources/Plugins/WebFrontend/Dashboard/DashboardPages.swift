/// The dashboard as it is served: a page at the root that is asked for anew each time, and what it
/// is made of under a path that names its version, so that browsers keep it.
struct DashboardPages {
  /// What a browser may do with the page: nothing but what this server has, no code in the page
  /// itself, and no page of others around it.
  static let policy = [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
    "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
  ].joined(separator: "; ")

  private static let guards = [
    HTTPAnswer.HeaderField("Content-Security-Policy", policy),
    HTTPAnswer.HeaderField("Referrer-Policy", "no-referrer"),
    HTTPAnswer.HeaderField("Cross-Origin-Opener-Policy", "same-origin"),
  ]
  /// In the page: where the rest is.
  private static let mark = "@FILES@"
  private static let pageName = "index.html"
  private static let mainName = "main.js"
  private static let bundleName = "app.js"
  /// The chart library, which is not there when it could not be fetched.
  private static let chartName = "lightweight-charts.js"

  /// The page itself.
  let page: PackedAnswer
  /// Everything else, by path.
  let files: [(path: String, answer: PackedAnswer)]

  /// - Parameter isOpen: everybody may read, so that the page's first questions can be asked before
  ///   it is there; with tokens they would be refused.
  init(_ all: [EmbeddedFile] = EmbeddedFile.all, isOpen: Bool) {
    let all = all.sorted { $0.name < $1.name }
    let version = HTTPAnswer.fingerprint(of: all.flatMap(\.bytes))
    let folder = "dashboard/\(String(version, radix: 16))"
    let text = Self.page(all, isOpen: isOpen).replacing(Self.mark, with: folder)
    var page = HTTPAnswer.fixed(Array(text.utf8), type: "text/html; charset=utf-8")
    page.headers += Self.guards + [HTTPAnswer.HeaderField("Vary", "Accept, Accept-Encoding")]
    self.page = PackedAnswer(page)
    files = Self.parts(all).map { file in
      var answer = HTTPAnswer.fixed(file.bytes, type: Self.type(of: file.name))
      answer.headers.removeAll { $0.name == "Cache-Control" }
      answer.headers += [
        HTTPAnswer.HeaderField("Cache-Control", "public, max-age=31536000, immutable"),
        HTTPAnswer.HeaderField("Vary", "Accept-Encoding"),
      ]
      return ("/\(folder)/\(file.name)", PackedAnswer(answer))
    }
  }

  /// The page without lines about what is not there, or not for everybody.
  private static func page(_ all: [EmbeddedFile], isOpen: Bool) -> String {
    let lines = text(all, pageName).split(separator: "\n", omittingEmptySubsequences: false)
    let hasChart = all.contains { $0.name == chartName }
    return lines.filter { line in
      (hasChart || !line.contains("\(mark)/\(chartName)"))
        && (isOpen || !line.contains("rel=\"preload\""))
    }.joined(separator: "\n")
  }

  /// What a browser asks for: styles and pictures as they are, and all modules in one.
  private static func parts(_ all: [EmbeddedFile]) -> [EmbeddedFile] {
    let modules = all.filter { $0.name.hasSuffix(".js") && $0.name != chartName }
    let sources = modules.map { ($0.name, text(modules, $0.name)) }
    let bundle = ModuleBundle(
      Dictionary(sources) { first, _ in first }, main: mainName)
    return all.filter { !modules.map(\.name).contains($0.name) && $0.name != pageName }
      + [EmbeddedFile(name: bundleName, bytes: Array(bundle.text.utf8))]
  }

  private static func text(_ all: [EmbeddedFile], _ name: String) -> String {
    String(decoding: all.first { $0.name == name }?.bytes ?? [], as: UTF8.self)
  }

  private static func type(of name: String) -> String {
    switch name.split(separator: ".").last {
    case "js": "text/javascript; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "svg": "image/svg+xml"
    default: "application/octet-stream"
    }
  }
}
