internal import EngineCore
internal import NIOHTTP1

/// Endpoints about bar specs.
enum SpecRoutes {
  static var endpoints: [RouteEndpoint] {
    [
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/specs"),
        summary: "The bar specs that there are, those that are made now first.",
        answer: .object([RouteSchema.member("specs", .list(.text))]), failures: [422, 503],
        work: .later { call throws(HTTPAnswer.Refusal) in
          let specs = try await BarShelves(call).specs()
          return .json { json in
            json.array("specs") { json in for spec in specs { json.value(spec) } }
          }
        })
    ]
  }
}
