import EngineCore
import Foundation
import Support
import Testing
import Transport

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: TLS", .timeLimit(.minutes(1)))
  struct EncryptionTests {
    @Test("requests and streams are served over TLS, and nothing else is on that port")
    func encrypted() async throws {
      let folder = FileManager.default.temporaryDirectory
        .appending(path: "tickwire-web-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let certificate = folder.appending(path: "certificate.pem").path
      let key = folder.appending(path: "key.pem").path
      try Data(TestCertificate.certificate.utf8).write(to: URL(filePath: certificate))
      try Data(TestCertificate.key.utf8).write(to: URL(filePath: key))
      let stage = try await WebStage(
        "\"tls\":{\"certificate\":\"\(certificate)\",\"key\":\"\(key)\"}")
      stage.define(1)
      let client = try await stage.client(trust: .anybody)
      #expect(try await client.ask("GET", "/ready").status == 200)
      try await client.open("/api/v1/stream")
      _ = try await client.call("\"op\":\"subscribe\",\"subjects\":\"trade.>\"")
      try stage.publish(1...20_000)
      let events = try await client.events(atLeast: 20_000)
      #expect(events.count == 20_000 && events.allSatisfy { $0["T"]?.string == "trade" })
      let plain = try await stage.client()
      plain.request("GET", "/ready")
      #expect(await plain.isClosedByServer())
    }
  }
}
