import EngineCore
import Foundation
import Support
import Testing

@testable import Alerts

/// Stores that have more than the log.
@Suite("A store of alerts that is ahead of the log", .timeLimit(.minutes(2)))
struct AheadTests {
  private static let config = #"{"rules":[{"id":"r","when":"price(A) > 10"}]}"#

  @Test("it is told with both positions, and what the log lost is published again")
  func ahead() async throws {
    let folder = try Folder()
    let (log, copy) = ("\(folder.path)/log", "\(folder.path)/copy")
    let store = MemoryAlertStore()
    do {
      let stage = try AlertsStage(Self.config, store: store, journal: log)
      try stage.trade("9")
      stage.stop()
    }
    try FileManager.default.copyItem(atPath: log, toPath: copy)
    let time = AlertsStage.start.advanced(byNanos: 1_000_000_000)
    do {
      let stage = try AlertsStage(Self.config, store: store, journal: log, at: time)
      try stage.trade("11")
      #expect(stage.lines() == ["r A firing 1 11 1000ms"])
      try await stage.until { try store.history(AlertQuery()).count == 1 }
    }
    // The log has lost its end.
    try FileManager.default.removeItem(atPath: log)
    try FileManager.default.moveItem(atPath: copy, toPath: log)
    let stage = try AlertsStage(Self.config, store: store, journal: log, at: time)
    let told = stage.log().first { $0.contains("the store of alerts is ahead of the log") }
    #expect(told != nil, "\(stage.log())")
    #expect(stage.lines() == ["r A firing 1 11 1000ms"])
    try stage.trade("12")
    #expect(stage.lines().isEmpty)
    try stage.trade("9")
    #expect(stage.lines() == ["r A resolved 1 9 1000ms"])
    // Its number goes on.
    try await stage.until { try store.history(AlertQuery()).map(\.number) == [2, 1] }
  }

  @Test("with another log, alerts that may never have been published are named")
  func another() async throws {
    let store = MemoryAlertStore()
    do {
      let stage = try AlertsStage(Self.config, store: store)
      try stage.trade("11")
      try await stage.until { try store.history(AlertQuery()).count == 1 }
    }
    let stage = try AlertsStage(
      Self.config, store: store, at: AlertsStage.start.advanced(byNanos: 1_000_000_000))
    #expect(stage.log().contains { $0.contains("may never have been on the bus") })
    #expect(stage.lines().isEmpty)
  }
}
