import Testing
import Transport

@Suite("Addresses of servers")
struct ConnectAddressTests {
  @Test(
    "an address is a host and a port, or the path of a socket",
    arguments: [
      ("127.0.0.1:9000", .tcp(host: "127.0.0.1", port: 9000)),
      ("feed.example.org:1", .tcp(host: "feed.example.org", port: 1)),
      ("[::1]:65535", .tcp(host: "::1", port: 65_535)),
      ("unix:/run/feed.sock", .unix(path: "/run/feed.sock")),
      ("unix:run/feed.sock", .unix(path: "run/feed.sock")),
      ("unix:", nil), ("localhost", nil), (":9000", nil), ("localhost:0", nil),
      ("localhost:65536", nil), ("*:9000", nil), ("::1:9000", nil), ("", nil),
    ] as [(String, ConnectAddress?)])
  func parse(text: String, address: ConnectAddress?) {
    #expect(ConnectAddress(text) == address)
    if let address { #expect(address.description == text) }
  }
}
