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
  /// In the page: where the rest is, and where modules are named that a browser will need.
  private static let mark = "@FILES@"
  private static let preloads = "@PRELOADS@"
  private static let pageName = "index.html"
  /// The chart library, which is not there when it could not be fetched.
  private static let chartName = "lightweight-charts.js"

  /// The page itself.
  let page: PackedAnswer
  /// Everything else, by path.
  let files: [(path: String, answer: PackedAnswer)]

  init(_ all: [EmbeddedFile] = EmbeddedFile.all) {
    let all = all.sorted { $0.name < $1.name }
    let version = HTTPAnswer.fingerprint(of: all.flatMap(\.bytes))
    let folder = "dashboard/\(String(version, radix: 16))"
    let text = Self.page(all).replacing(Self.mark, with: folder)
    var page = HTTPAnswer.fixed(Array(text.utf8), type: "text/html; charset=utf-8")
    page.headers += Self.guards + [HTTPAnswer.HeaderField("Vary", "Accept, Accept-Encoding")]
    self.page = PackedAnswer(page)
    files = all.filter { $0.name != Self.pageName }.map { file in
      var answer = HTTPAnswer.fixed(file.bytes, type: Self.type(of: file.name))
      answer.headers.removeAll { $0.name == "Cache-Control" }
      answer.headers += [
        HTTPAnswer.HeaderField("Cache-Control", "public, max-age=31536000, immutable"),
        HTTPAnswer.HeaderField("Vary", "Accept-Encoding"),
      ]
      return ("/\(folder)/\(file.name)", PackedAnswer(answer))
    }
  }

  /// The page without lines about files that this program does not have, and with all modules named
  /// at once: a browser would find them one behind the other.
  private static func page(_ all: [EmbeddedFile]) -> String {
    let source = all.first { $0.name == pageName }?.bytes ?? []
    var lines = String(decoding: source, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if !all.contains(where: { $0.name == chartName }) {
      lines.removeAll { $0.contains("\(mark)/\(chartName)") }
    }
    let modules = all.filter { $0.name.hasSuffix(".js") && $0.name != chartName }
    let links = modules.map { "<link rel=\"modulepreload\" href=\"\(mark)/\($0.name)\">" }
    return lines.map { $0 == preloads ? links.joined(separator: "\n") : $0 }
      .joined(separator: "\n")
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
