import Testing

@testable import enginectl

@Suite("Where the socket is")
struct SocketLocationTests {
  private func choose(_ option: String?, _ variable: String?, _ file: String?) -> SocketLocation {
    SocketLocation.choose(option: option, variable: variable) { file.map { Array($0.utf8) } }
  }

  @Test("the option wins over the variable, that over the file, that over the default")
  func order() {
    let file = #"{"engine":{"admin":"c.sock"}}"#
    #expect(choose("a.sock", "b.sock", file) == SocketLocation(path: "a.sock", origin: .option))
    #expect(choose(nil, "b.sock", file) == SocketLocation(path: "b.sock", origin: .variable))
    #expect(choose(nil, nil, file) == SocketLocation(path: "c.sock", origin: .configuration))
    #expect(choose(nil, nil, nil) == SocketLocation(path: "run/engine.sock", origin: .fallback))
  }

  @Test(
    "a file without the key, or that is not JSON, gives the default",
    arguments: ["", "{", "[]", "{}", #"{"engine":{}}"#, #"{"engine":{"admin":5}}"#])
  func broken(file: String) {
    #expect(choose(nil, nil, file).origin == .fallback)
  }

  @Test("empty texts count as absent")
  func empty() {
    #expect(choose("", "", nil).origin == .fallback)
  }
}
