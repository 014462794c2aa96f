import BinaryProtocol
import EngineCore
import Testing
import ZlibStreams

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: the dashboard", .timeLimit(.minutes(1)))
  struct DashboardTests {
    private static let html = ["Accept": "text/html,application/xhtml+xml,*/*;q=0.8"]

    private func inflated(_ bytes: [UInt8]) -> String {
      var text: [UInt8] = []
      var position = 0
      _ = InflateStream(format: .gzip).append(
        bytes.raw, &position, limit: 1 << 22, chunk: 1 << 16, isWhole: true, to: &text)
      return String(decoding: text, as: UTF8.self)
    }

    /// The addresses that a page loads.
    private func addresses(_ page: String) -> [String] {
      page.matches(of: /(?:src|href)="(dashboard\/[^"]+)"/).map { "/\($0.1)" }
    }

    @Test("a browser gets the page, which may load nothing but from this server")
    func page() async throws {
      let stage = try await WebStage()
      let client = try await stage.client()
      let page = try await client.ask("GET", "/", headers: Self.html)
      #expect(page.status == 200 && page.headers["content-type"] == "text/html; charset=utf-8")
      #expect(page.headers["cache-control"] == "no-cache" && page.headers["etag"] != nil)
      let policy = try #require(page.headers["content-security-policy"])
      #expect(policy.contains("default-src 'none'") && policy.contains("script-src 'self';"))
      #expect(!policy.contains("unsafe") && page.headers["vary"] == "Accept, Accept-Encoding")
      #expect(page.text.contains("<main") && !page.text.contains("@FILES@"))
      var again = Self.html
      again["If-None-Match"] = page.headers["etag"]
      #expect(try await client.ask("GET", "/", headers: again).status == 304)
      // Who does not name HTML gets a list of paths.
      let plain = try await client.ask("GET", "/")
      #expect(plain.headers["content-type"]?.hasPrefix("text/plain") == true)
      #expect(plain.headers["vary"] == "Accept")
    }

    @Test("what the page loads is kept for ever, and compressed for who takes that")
    func files() async throws {
      let stage = try await WebStage()
      let client = try await stage.client()
      let page = try await client.ask("GET", "/", headers: Self.html)
      let addresses = addresses(page.text)
      #expect(addresses.contains { $0.hasSuffix("/app.js") && $0.split(separator: "/").count == 3 })
      var size = 0
      for address in addresses {
        let plain = try await client.ask("GET", address)
        #expect(plain.status == 200, "\(address)")
        #expect(
          plain.headers["cache-control"] == "public, max-age=31536000, immutable", "\(address)")
        let packed = try await client.ask("GET", address, headers: ["Accept-Encoding": "gzip"])
        #expect(packed.headers["content-encoding"] == "gzip", "\(address)")
        #expect(inflated(packed.body) == plain.text, "\(address)")
        #expect(packed.headers["vary"] == "Accept-Encoding", "\(address)")
        let tag = try #require(plain.headers["etag"])
        let same = try await client.ask(
          "GET", address, headers: ["Accept-Encoding": "gzip", "If-None-Match": tag])
        #expect(same.status == 304 && same.headers["content-encoding"] == nil, "\(address)")
        size += packed.body.count
      }
      #expect(size < 500_000)
      #expect(try await client.ask("GET", "/dashboard/0/app.js").status == 404)
    }

    @Test(
      "with tokens the page asks nothing before it has one, and without a dashboard there is none")
    func variants() async throws {
      let open = try await WebStage()
      let page = try await open.client().ask("GET", "/", headers: Self.html)
      #expect(page.text.contains("rel=\"preload\""))
      let closed = try await WebStage(#""tokens":[{"name":"a","token":"aaa"}]"#)
      let other = try await closed.client().ask("GET", "/", headers: Self.html)
      #expect(other.status == 200 && !other.text.contains("rel=\"preload\""))
      let off = try await WebStage(#""dashboard":false"#)
      let list = try await off.client().ask("GET", "/", headers: Self.html)
      #expect(list.text.hasPrefix("Tickwire") && list.headers["content-security-policy"] == nil)
    }

    @Test("a page without the chart library does not ask for it")
    func withoutLibrary() {
      func file(_ name: String, _ text: String) -> EmbeddedFile {
        EmbeddedFile(name: name, bytes: Array(text.utf8))
      }
      let page = file(
        "index.html",
        "<a>\n<script src=\"@FILES@/lightweight-charts.js\">\n<b src=\"@FILES@/x.css\">")
      let main = file("main.js", "run();")
      let library = file("lightweight-charts.js", "draw();")
      let with = DashboardPages([page, main, library], isOpen: true)
      let without = DashboardPages([page, main], isOpen: true)
      #expect(
        String(decoding: with.page.plain.body, as: UTF8.self).contains("/lightweight-charts.js"))
      let text = String(decoding: without.page.plain.body, as: UTF8.self)
      #expect(!text.contains("lightweight") && text.contains("<a>") && text.contains("/x.css"))
      #expect(with.files.map(\.path).filter { $0.hasSuffix("lightweight-charts.js") }.count == 1)
      // Another version has another path.
      #expect(
        with.files[0].path.split(separator: "/")[1]
          != without.files[0].path.split(separator: "/")[1])
    }

    @Test("modules become one, each behind those that it imports")
    func bundle() {
      let bundle = ModuleBundle(
        [
          "main.js":
            "import { one } from \"./a.js\";\nimport { two, B } from \"./b.js\";\nrun(one, two, B);",
          "a.js": "export const one = 1;\nconst own = \"import { x } from\";",
          "b.js":
            "import { one } from \"./a.js\";\nexport async function two() {\n}\nexport class B {\n}\n",
          "unused.js": "never();",
        ], main: "main.js")
      let text = """
        const modules = {};
        // a.js
        {
        const one = 1;
        const own = "import { x } from";
        modules["a.js"] = { one };
        }
        // b.js
        {
        const { one } = modules["a.js"];
        async function two() {
        }
        class B {
        }

        modules["b.js"] = { two, B };
        }
        // main.js
        {
        const { one } = modules["a.js"];
        const { two, B } = modules["b.js"];
        run(one, two, B);
        modules["main.js"] = {  };
        }

        """
      #expect(bundle.text == text)
    }
  }
}
