import NIOHTTP1
import Testing

@testable import WebFrontend

@Suite("Requests that proxies pass on")
struct ForwardingTests {
  private func forwarding(
    _ hops: String..., host: String? = nil, from peer: String = "10.0.0.1"
  ) -> Forwarding {
    var headers = HTTPHeaders()
    for hop in hops { headers.add(name: "X-Forwarded-For", value: hop) }
    if let host { headers.add(name: "X-Forwarded-Host", value: host) }
    return Forwarding(headers, from: peer, proxies: ["10.0.0.1", "10.0.0.2"])
  }

  @Test("only proxies of the configuration are believed")
  func believed() {
    #expect(forwarding("1.2.3.4", host: "a", from: "9.9.9.9").peer == "9.9.9.9")
    #expect(forwarding("1.2.3.4", host: "a", from: "9.9.9.9").host == nil)
    #expect(forwarding("1.2.3.4", host: "a.example").peer == "1.2.3.4")
    #expect(forwarding("1.2.3.4", host: "a.example").host == "a.example")
    #expect(forwarding(host: "a b").host == nil)
  }

  @Test("of a chain the last that is no proxy counts: what stands before it may be made up")
  func chain() {
    #expect(forwarding("6.6.6.6, 1.2.3.4,10.0.0.2").peer == "1.2.3.4")
    #expect(forwarding("6.6.6.6", " 1.2.3.4 ").peer == "1.2.3.4")
    #expect(forwarding("10.0.0.2").peer == "10.0.0.2")
    #expect(forwarding().peer == "10.0.0.1" && forwarding("1.2.3.4,").peer == "10.0.0.1")
  }

  @Test("a request keeps a name that may stand in logs, others are named here")
  func names() {
    var names = RequestNumbers(seed: 35)
    #expect(names.name(given: "abc-1.2_Z") == "abc-1.2_Z")
    let bad = ["", "a b", "a\nb", String(repeating: "x", count: 65)]
    #expect(bad.map { names.name(given: $0) } == ["z-1", "z-2", "z-3", "z-4"])
    #expect(names.name(given: nil) == "z-5")
  }
}
