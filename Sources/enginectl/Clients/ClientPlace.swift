import ArgumentParser

/// A client by its frontend and its number there, written `web/12`.
struct ClientPlace: Equatable, Sendable, ExpressibleByArgument {
  var plugin: String
  var number: Int64

  init(plugin: String, number: Int64) {
    self.plugin = plugin
    self.number = number
  }

  init?(argument: String) {
    guard let slash = argument.lastIndex(of: "/"), slash > argument.startIndex,
      let number = Int64(argument[argument.index(after: slash)...]), number > 0
    else { return nil }
    self.init(plugin: String(argument[..<slash]), number: number)
  }

  var text: String { "\(plugin)/\(number)" }
}
