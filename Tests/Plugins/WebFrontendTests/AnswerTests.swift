import BinaryProtocol
import EngineCore
import Testing
import ZlibStreams

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: answers as clients take them", .timeLimit(.minutes(1)))
  struct AnswerTests {
    @Test("static data has a tag, and who has it already gets no body")
    func tags() async throws {
      let stage = try await WebStage()
      let client = try await stage.client()
      let first = try await client.ask("GET", "/")
      let tag = try #require(first.headers["etag"])
      #expect(first.status == 200 && first.text.contains("/api/v1/stream"))
      for list in [tag, "\"other\", \(tag)", "*", String(tag.dropFirst(2))] {
        let again = try await client.ask("GET", "/", headers: ["If-None-Match": list])
        #expect(again.status == 304 && again.headers["etag"] == tag, "\(list)")
        #expect(again.headers["content-length"] == nil)
      }
      let other = try await client.ask("GET", "/", headers: ["If-None-Match": "\"other\""])
      #expect(other.status == 200 && other.text == first.text)
    }

    @Test("large answers are compressed for clients that take it, and say what they depend on")
    func compressed() async throws {
      let stage = try await WebStage()
      let client = try await stage.client()
      let packed = try await client.ask("GET", "/metrics", headers: ["Accept-Encoding": "gzip"])
      #expect(packed.headers["content-encoding"] == "gzip")
      #expect(packed.headers["vary"] == "Accept-Encoding")
      var text: [UInt8] = []
      var position = 0
      let outcome = InflateStream(format: .gzip).append(
        packed.body.raw, &position, limit: 1 << 20, chunk: 1 << 16, isWhole: true, to: &text)
      #expect(outcome == .ended && text.count > 2 * packed.body.count)
      #expect(String(decoding: text, as: UTF8.self).contains("\ntickwire_uptime_seconds "))
      let plain = try await client.ask("GET", "/metrics")
      #expect(plain.headers["content-encoding"] == nil && plain.headers["vary"] != nil)
      let small = try await client.ask("GET", "/ready", headers: ["Accept-Encoding": "gzip"])
      #expect(small.headers["content-encoding"] == nil)
      let off = try await WebStage("\"compress_answers\":false")
      let other = try await off.client()
      let never = try await other.ask("GET", "/metrics", headers: ["Accept-Encoding": "gzip"])
      #expect(never.headers["content-encoding"] == nil)
    }

    @Test(
      "whether gzip is taken is read from a list with weights",
      arguments: [
        ("gzip", true), ("br, GZip;q=0.5", true), ("*", true), ("deflate, *;q=0.1", true),
        ("gzip;q=0", false), ("gzip; q=0.000, *", false), ("br", false), ("", false),
        ("identity, x-gzip", true),
      ])
    func accepted(list: String, isWanted: Bool) {
      #expect(AnswerPacker.isWanted(list) == isWanted)
    }

    @Test("one token may send so many requests a second, and does not use up those of others")
    func users() async throws {
      let stage = try await WebStage(
        """
        "user_rate":1,"tokens":[{"name":"a","token":"aaa"},{"name":"b","token":"bbb"}]
        """)
      var statuses: [Int] = []
      // From many connections, as the address is not what counts.
      for _ in 0..<12 {
        let client = try await stage.client()
        statuses.append(
          try await client.ask("GET", "/ready", headers: ["X-API-Key": "aaa"]).status)
      }
      #expect(statuses.prefix(10).allSatisfy { $0 == 200 } && statuses.last == 429)
      let other = try await stage.client()
      #expect(try await other.ask("GET", "/ready?token=bbb").status == 200)
      let nobody = try await stage.client()
      for _ in 0..<20 { #expect(try await nobody.ask("GET", "/ready").status == 200) }
    }

    @Test("figures come under the names that dashboards know, with how long answers took")
    func usualNames() async throws {
      let stage = try await WebStage()
      stage.define(1)
      stage.engine.offer(FixedProcess(), as: .processFigures)
      let stream = try await stage.stream()
      let client = try await stage.client()
      for _ in 0..<3 { _ = try await client.ask("GET", "/ready") }
      let metrics = try await client.ask("GET", "/metrics").text
      for line in [
        "websocket_connections_active 1", "process_cpu_seconds_total 1.5",
        "process_resident_memory_bytes 4096", "process_open_fds 7",
        "http_request_duration_seconds_count{path=\"/ready\"} 3",
        "http_request_duration_seconds_bucket{path=\"/ready\",le=\"+Inf\"} 3",
        "ticks_ingested_total 0",
      ] {
        #expect(metrics.contains("\n\(line)\n"), "\(line)")
      }
      withExtendedLifetime(stream) {}
    }

    private struct FixedProcess: ProcessReporting {
      func figures() -> ProcessFigures? {
        ProcessFigures(
          cpuNanos: 1_500_000_000, residentBytes: 4096, virtualBytes: 8192, threads: 3,
          openFiles: 7, openFilesMax: 1024)
      }
    }
  }

  @Suite("Durations in classes")
  struct DurationHistogramTests {
    @Test("each is in the first class that it does not exceed, and in the sum")
    func classes() {
      var histogram = DurationHistogram()
      for nanos: Int64 in [-5, 0, 100_000, 100_001, 5_000_000_000, 5_000_000_001] {
        histogram.add(nanos)
      }
      #expect(histogram.counts.first == 3 && histogram.counts[1] == 1)
      #expect(histogram.counts.last == 1 && histogram.count == 6)
      #expect(histogram.sumNanos == 10_000_200_002)
    }
  }
}
