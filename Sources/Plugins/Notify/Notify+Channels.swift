internal import EngineCore
internal import Foundation
internal import Notifications

/// The channels that there are: those of the configuration and those that people have added.
extension Notify {
  /// Brings the desks to what the settings and the store say.
  func open() throws(PluginError) {
    var wanted = settings.channels.map { (settings: $0, source: String?.none) }
    let configured = Set(settings.channels.map(\.name))
    for added in try store?.channels() ?? [] {
      guard !configured.contains(added.name) else {
        context.log.warning(
          "the configuration has the channel too: what was added is not used",
          LogField("channel", added.name))
        continue
      }
      do throws(PluginError) {
        wanted.append((settings: try Self.read(added.settings), source: added.settings))
      } catch {
        context.log.error(
          "a channel that was added cannot be used", LogField("channel", added.name),
          LogField("error", error.message))
      }
    }
    if wanted.count > Self.channelsMax {
      throw PluginError(
        "there are \(wanted.count) channels, at most \(Self.channelsMax) work",
        hint: "take out those that no rule names")
    }
    let paused = try store?.paused() ?? []
    for (name, desk) in desks where !wanted.contains(where: { $0.settings.name == name }) {
      desks[name]?.isLeaving = true
      if desk.queue.isIdle { desks[name] = nil }
    }
    for channel in wanted { put(channel.settings, channel.source, wanted.count) }
    for name in desks.keys { desks[name]?.queue.isPaused = paused.contains(name) }
    scheduleFiring()
  }

  /// Makes a desk, or gives the one that there is other settings.
  private func put(_ settings: ChannelSettings, _ source: String?, _ count: Int) {
    var policy = settings.policy
    // So many that all of them together have room beside each other.
    policy.concurrency = max(1, min(policy.concurrency, Self.channelsMax / count))
    let sender = makeSender(settings)
    if var desk = desks[settings.name] {
      desk.queue.take(policy)
      desk.settings = settings
      desk.sender = sender
      desk.source = source
      desk.origin = source == nil ? .configuration : .added
      desk.isLeaving = false
      desk.queue.revived()
      desks[settings.name] = desk
    } else {
      desks[settings.name] = ChannelDesk(
        settings: settings, origin: source == nil ? .configuration : .added, sender: sender,
        queue: ChannelQueue(policy, seed: context.seed ^ Self.seed(of: settings.name)),
        source: source)
    }
  }

  /// FNV-1a: the same for the same name, so that a run repeats.
  private static func seed(of name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  private func makeSender(_ settings: ChannelSettings) -> any ChannelSender {
    if let testSender = Self.testSender { return testSender(settings) }
    return ChannelSenders.make(settings.target, web: web, store: store, clock: context.clock)
  }

  // MARK: Channels of people

  /// Reads settings as people gave them. Secrets come from the environment and from files.
  static func read(_ source: String) throws(PluginError) -> ChannelSettings {
    let file = RecordFile(environment: ProcessInfo.processInfo.environment) { path in
      FileManager.default.contents(atPath: path).map { Array($0) }
    }
    do throws(ConfigurationError) {
      guard let json = try? JSONReader().read(source) else {
        throw ConfigurationError(faults: [])
      }
      return try file.read(json, name: "channel", as: ChannelSettings.self)
    } catch {
      throw PluginError(error.faults.map(\.description).joined(separator: "\n"))
    }
  }

  func add(_ json: JSONValue) throws -> JSONValue {
    let source = json.text()
    let channel = try Self.read(source)
    guard channel.literalSecrets.isEmpty else {
      throw PluginError(
        "\(channel.literalSecrets.joined(separator: ", ")): expected a secret by reference",
        hint: "write it as ${NAME} or ${file:path}: what is added is kept in a file")
    }
    guard desks[channel.name]?.origin != .configuration else {
      throw PluginError(
        "the configuration has a channel \"\(channel.name)\"", hint: "change it there")
    }
    guard desks[channel.name] != nil || desks.count < Self.channelsMax else {
      throw PluginError("there are \(desks.count) channels already, the most that work")
    }
    try store?.keep(channel: channel.name, settings: source)
    try open()
    return .object([("channel", .string(channel.name)), ("added", .bool(true))])
  }

  func remove(_ name: String) throws -> JSONValue {
    let desk = try desk(name)
    guard desk.origin == .added else {
      throw PluginError(
        "the channel \"\(name)\" is in the configuration",
        hint: "take it out there, or pause it")
    }
    try store?.remove(channel: name)
    try open()
    return .object([("channel", .string(name)), ("removed", .bool(true))])
  }

  /// One that there is.
  func desk(_ name: String) throws(PluginError) -> ChannelDesk {
    if let desk = desks[name], !desk.isLeaving { return desk }
    let near = Spelling.nearest(to: name, in: desks.keys).map { "; did you mean \"\($0)\"?" }
    throw PluginError(
      "there is no channel \"\(name)\"\(near ?? "")",
      hint: desks.isEmpty ? "add one" : "there are: \(desks.keys.sorted().joined(separator: ", "))")
  }
}
