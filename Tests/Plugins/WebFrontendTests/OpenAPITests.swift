import EngineCore
import NIOHTTP1
import Testing

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: the document of its API", .timeLimit(.minutes(1)))
  struct OpenAPITests {
    @Test("every path and method of it is there, and every endpoint is in it")
    func complete() async throws {
      let stage = try await WebStage()
      let client = try await stage.client()
      let document = try await client.ask("GET", "/openapi.json").json
      #expect(document["openapi"]?.string == "3.1.0")
      let paths = try #require(document["paths"]?.object)
      var listed: Set<String> = []
      for path in paths {
        let methods = (path.value.object ?? []).map { $0.name.uppercased() }
        listed.formUnion(methods.map { "\($0) \(path.name)" })
        let target = path.name.split(separator: "/", omittingEmptySubsequences: false)
          .map { $0.hasPrefix("{") ? "x" : String($0) }.joined(separator: "/")
        let allow = try await client.ask("OPTIONS", target).headers["allow"] ?? ""
        let served = Set(allow.split(separator: ", ").map(String.init))
        #expect(served.subtracting(["HEAD", "OPTIONS"]) == Set(methods), "\(path.name)")
      }
      var table = RouteTable()
      for dialect in Dialect.allCases { table.add(dialect.endpoints) }
      let endpoints = table.endpoints.filter(\.isListed)
      #expect(listed == Set(endpoints.map { "\($0.method.rawValue) \($0.path)" }))
      // What is not listed is not served, but for a list beside something that is not.
      for endpoint in table.endpoints where !endpoint.isListed {
        if endpoint.method == .GET, endpoint.path.description == "/instruments/" { continue }
        let path = endpoint.path.description.replacing("{id}", with: "1")
        let answer = try await client.ask(
          endpoint.method.rawValue, path, headers: ["Content-Length": "0"])
        #expect(answer.status == 501, "\(path)")
      }
    }

    @Test("what it says of parts of paths and of schemas holds together")
    func sound() throws {
      let endpoints = Dialect.allCases.flatMap(\.endpoints).filter(\.isListed)
      for endpoint in endpoints {
        let named = endpoint.path.parts.compactMap { part in
          if case .named(let name) = part { name } else { nil }
        }
        let told = endpoint.parameters.filter { $0.place == .path }.map(\.name)
        #expect(named == told, "\(endpoint.path)")
        #expect(Set(endpoint.parameters.map(\.name)).count == endpoint.parameters.count)
      }
      let text = OpenAPIDocument(endpoints).text
      let names = Set(RouteSchema.named.map(\.name))
      for match in text.matches(of: /#\/components\/schemas\/([A-Za-z]+)/) {
        #expect(names.contains(String(match.1)), "\(match.1)")
      }
      let ids = text.matches(of: /"operationId": "([a-z0-9_]+)"/).map { String($0.1) }
      #expect(Set(ids).count == endpoints.count)
    }

    @Test("bodies are required where there is no doing without, and charts answer everything")
    func needs() throws {
      let document = OpenAPIDocument(Dialect.allCases.flatMap(\.endpoints)).json
      func operation(_ path: String, _ method: String) throws -> JSONValue {
        try #require(document["paths"]?[path]?[method])
      }
      let rule = try operation("/api/v1/alerts/rules", "post")["requestBody"]
      #expect(rule?["required"]?.bool == true)
      let note = try operation("/api/v1/alerts/{rule}/acknowledge", "post")["requestBody"]
      #expect(note?["required"]?.bool == false)
      let chart = try operation("/history", "get")["parameters"]?.array ?? []
      #expect(chart.count == 5)
      for parameter in chart {
        #expect(parameter["required"]?.bool == false)
        #expect(parameter["schema"]?.text() == #"{"type":"string"}"#)
      }
    }

    @Test("the page that shows it needs nothing from elsewhere")
    func page() async throws {
      let stage = try await WebStage()
      let client = try await stage.client()
      for target in ["/docs", "/redoc"] {
        let page = try await client.ask("GET", target)
        #expect(page.status == 200 && page.headers["content-type"] == "text/html; charset=utf-8")
        #expect(!page.text.contains("://") && page.text.contains("openapi.json"))
      }
    }
  }
}
