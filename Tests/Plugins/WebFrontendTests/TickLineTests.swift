import EngineCore
import Support
import Testing

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: rows of ticks")
  struct TickLineTests {
    private func text(_ line: [UInt8], _ range: Range<Int>?) -> String? {
      range.map { String(decoding: line[$0], as: UTF8.self) }
    }

    @Test("members of a plain row are found, in any order and with any white space")
    func plain() throws {
      let row =
        Array(
          #" { "time" : "2024-01-15T12:00:00Z","price":-1.50, "venue_seq":7,"symbol":"A B","size":3,"#
            .utf8) + Array(#""side":"buy"} "#.utf8)
      let found = TickLine(row.span)
      let line = try #require(found)
      #expect(text(row, line.symbol) == "A B" && text(row, line.price) == "-1.50")
      #expect(text(row, line.time) == "2024-01-15T12:00:00Z" && text(row, line.size) == "3")
      #expect(text(row, line.side) == "buy" && text(row, line.venueSequence) == "7")
      let number = Array(#"{"symbol":"A","price":1,"time":1705312800000000000}"#.utf8)
      let other = TickLine(number.span)
      let timed = try #require(other)
      #expect(text(number, timed.time) == "1705312800000000000")
    }

    @Test(
      "rows that are not plain are left to who reads JSON in general",
      arguments: [
        "", "{", "{}", "[]", #"{"symbol":"A"}"#, #"{"price":1}"#, #"{"symbol":"A","price":"1"}"#,
        #"{"symbol":"A","price":01}"#, #"{"symbol":"A","price":1.}"#,
        #"{"symbol":"A","price":1e3}"#,
        #"{"symbol":"A","price":.5}"#, #"{"symbol":"A","price":+1}"#, #"{"symbol":"A","price":1}x"#,
        #"{"symbol":"A","price":1,"price":2}"#, #"{"symbol":"A","price":1,"other":2}"#,
        #"{"symbol":"\u0041","price":1}"#, #"{"symbol":"Ä","price":1}"#,
        #"{"symbol":"A","price":1,}"#, #"{"symbol":"A","price":1,"size":null}"#,
        #"{"symbol":"A" "price":1}"#, #"{"symbol":"A","price":1"#, #"{"symbol":"A","price":-}"#,
      ])
    func others(row: String) {
      let bytes = Array(row.utf8)
      let line = TickLine(bytes.span)
      #expect(line == nil)
    }

    @Test("what is taken for a plain row is JSON with these members", arguments: 0..<60)
    func property(seed: UInt64) throws {
      var random = SeededRandom(seed: seed)
      let plain = Array(
        #"{"symbol":"AB","price":12.50,"size":0,"time":17,"side":"sell","venue_seq":3}"#.utf8)
      let bytes = Array(#" {}[]",:.0123-+eE\stp"#.utf8)
      for _ in 0..<400 {
        var row = plain
        for _ in 0..<random.next() % 4 {
          let place = Int(random.next() % UInt64(row.count))
          let byte = bytes[Int(random.next() % UInt64(bytes.count))]
          switch random.next() % 3 {
          case 0: row[place] = byte
          case 1: row.insert(byte, at: place)
          default: row.remove(at: place)
          }
        }
        guard let line = TickLine(row.span) else { continue }
        let value = try JSONReader(depthMaximum: 4).read(row)
        #expect(value["symbol"]?.string == text(row, line.symbol))
        #expect(value["price"]?.number?.text == text(row, line.price))
        #expect(value["size"]?.number?.text == text(row, line.size))
        #expect(value["side"]?.string == text(row, line.side))
        #expect(value["venue_seq"]?.number?.text == text(row, line.venueSequence))
        #expect((value["time"]?.number?.text ?? value["time"]?.string) == text(row, line.time))
        let names = ["symbol", "price", "size", "side", "venue_seq", "time"]
        #expect((value.object ?? []).allSatisfy { names.contains($0.name) })
      }
    }

    @Test("lines come to the same however they are written")
    func same() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      let rows = [
        #"{"symbol":"A","price":1.5,"size":2,"side":"sell","time":"2024-01-15T12:00:00Z"}"#,
        #"{"symbol":"\u0041","price":15e-1,"size":2,"side":"sell","time":"2024-01-15T12:00:01Z"}"#,
        #"{"symbol":"A","price":1.5,"size":2,"side":"sell","time":1705320002000000000}"#,
        #"{"symbol":"A","price":1.5,"size":-2}"#, #"{"symbol":"A","price":1.0000000001}"#,
        #"{"symbol":"A","price":1,"time":"2999-01-01T00:00:00Z"}"#,
        #"{"symbol":"A","price":1,"side":"no"}"#, #"{"symbol":"A","price":1,"venue_seq":-1}"#,
        #"{"symbol":"A","price":1.5,"size":2,"side":"sell","time":"2024-01-15T12:00:00Z"}"#,
      ]
      let answer = try await client.ask(
        "POST", "/api/v1/ticks", headers: ["Content-Type": "application/x-ndjson"],
        body: rows.joined(separator: "\n")
      ).json
      let told = (answer["rows"]?.array ?? []).map { $0["error"]?.string ?? "" }
      for (found, expected) in zip(
        told, ["", "", "", "size:", "price:", "time:", "side:", "venue_seq:", "duplicate"])
      {
        #expect(expected.isEmpty ? found.isEmpty : found.hasPrefix(expected), "\(found)")
      }
      let ticks = try await client.ask("GET", "/api/v1/ticks/A?end=newest&limit=3").json
      for tick in ticks["ticks"]?.array ?? [] {
        #expect(tick["price"]?.text() == "1.5" && tick["side"]?.string == "sell")
      }
    }
  }
}
