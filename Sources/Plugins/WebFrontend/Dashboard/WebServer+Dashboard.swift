internal import EngineCore
internal import Fanout
internal import NIOHTTP1

/// The dashboard: what a browser is shown at the root.
extension WebServer {
  /// What to open in a browser on this machine; elsewhere its name takes the place of the host.
  static func dashboardPage(at address: ListenAddress, isEncrypted: Bool) -> String {
    let place = address.isWildcard ? "localhost:\(address.port)" : "\(address)"
    return "\(isEncrypted ? "https" : "http")://\(place)/"
  }

  /// Adds the dashboard. Who asks for the root without naming HTML gets a list of what there is.
  func addDashboard(to routes: inout RouteTable, directory: String) {
    let list = HTTPAnswer.fixed(Array(directory.utf8), type: "text/plain; charset=utf-8")
    guard settings.hasDashboard else { return routes.get("/") { _ in list } }
    let pages = DashboardPages(isOpen: access.isOpen)
    var plain = list
    plain.headers.append(HTTPAnswer.HeaderField("Vary", "Accept"))
    routes.get("/") { [plain] request in
      let takesPage = request.header("Accept")?.contains("text/html") ?? false
      return takesPage ? pages.page.answer(to: request) : plain
    }
    for (path, answer) in pages.files { routes.get(path) { answer.answer(to: $0) } }
  }
}
