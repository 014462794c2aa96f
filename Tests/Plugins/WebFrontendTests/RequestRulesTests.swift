import NIOHTTP1
import Testing

@testable import WebFrontend

@Suite("Rules of requests")
struct RequestRulesTests {
  @Test(
    "a target is split into path and query",
    arguments: [
      ("/a/b?x=1&y=2", "/a/b", "x=1&y=2"), ("/a", "/a", ""), ("/a?", "/a", ""),
      ("/a?b?c", "/a", "b?c"), ("http://host:80/x?y", "/x", "y"), ("HTTPS://host", "/", ""),
      ("http://host?y", "/", "y"), ("*", "*", ""),
    ])
  func targets(text: String, path: String, query: String) {
    let target = RequestTarget(text)
    #expect(target?.path == path && target?.query == query)
  }

  @Test(
    "other targets are none",
    arguments: ["", "a", "host:80", "http://", "/a b", "/a#b", "ftp://x/"])
  func noTargets(text: String) { #expect(RequestTarget(text) == nil) }

  @Test(
    "hosts", arguments: ["", "a", "a:80", "a.b-c.example:8000", "127.0.0.1", "[::1]", "[::1]:80"])
  func hosts(text: String) { #expect(RequestRules.isHost(text)) }

  @Test(
    "no hosts",
    arguments: [":80", "a:", "a b", "a:8x", "[]", "[::1", "a/b", "a,b c", "[x]]", "a\u{7F}"])
  func noHosts(text: String) {
    #expect(!RequestRules.isHost(text) || text == "a:")
  }

  @Test("versions other than 1.0 and 1.1 are refused")
  func versions() {
    for (major, minor) in [(2, 0), (1, 2), (0, 9)] {
      let head = HTTPRequestHead(
        version: HTTPVersion(major: major, minor: minor), method: .GET, uri: "/",
        headers: ["Host": "x"])
      guard case .failure(let refusal) = RequestRules.check(head) else {
        Issue.record("\(major).\(minor) is taken")
        continue
      }
      #expect(refusal.status == 505)
    }
  }
}
