internal import Synchronization

/// Commands for people and programs.
extension Host {
  /// Pauses or resumes a running plugin.
  public func setPaused(_ name: String, _ isPaused: Bool) throws(PluginError) {
    let error: PluginError? = state.withLock { state in
      guard var entry = state.entries[name] else { return unknown(name, state) }
      guard entry.supervisor.state == .running else {
        return PluginError(
          "\(name) is \(entry.supervisor.state.rawValue), not running",
          hint: "enginectl start \(name)")
      }
      guard entry.isPaused != isPaused else { return nil }
      entry.isPaused = isPaused
      state.entries[name] = entry
      let generation = entry.generation
      lane(&state, entry.blueprint.lane).perform { lane in
        lane.setPaused(generation, isPaused)
      }
      publish(
        &state,
        Event(
          Status(
            scope: .plugin, code: isPaused ? .paused : .running,
            previous: isPaused ? .running : .paused, subject: services.catalog.intern(name),
            source: entry.source, time: now)))
      return nil
    }
    if let error { throw error }
    refreshReadersBehind(name)
  }

  /// Bytes of a command with its arguments as JSON, at most: it is kept whole in the log.
  static let commandBytesMax = 1 << 16

  /// Sends a command to a running plugin; it is recorded on the bus. `reply` is called once, on
  /// the plugin's lane or at once.
  public func send(
    _ command: PluginCommand, to name: String,
    reply: @escaping @Sendable (Result<JSONValue, PluginError>) -> Void
  ) {
    let error: PluginError? = state.withLock { state in
      guard let entry = state.entries[name] else { return unknown(name, state) }
      guard entry.supervisor.state == .running else {
        return PluginError(
          "\(name) is \(entry.supervisor.state.rawValue), not running",
          hint: "enginectl start \(name)")
      }
      let text = JSONValue.object([
        ("command", .string(command.name)), ("arguments", command.arguments),
      ]).text()
      guard text.utf8.count <= Self.commandBytesMax else {
        return PluginError(
          "the command has \(text.utf8.count) bytes, at most \(Self.commandBytesMax) are recorded")
      }
      state.nextToken += 1
      let record = Event(
        CommandRecord(
          plugin: services.catalog.intern(name),
          command: services.catalog.intern(text, most: Self.commandBytesMax), time: now,
          token: state.nextToken))
      let pending = PendingCommand(token: state.nextToken, command: command, reply: reply)
      let generation = entry.generation
      lane(&state, entry.blueprint.lane).perform { lane in
        lane.handle(generation, pending, record: record)
      }
      return nil
    }
    if let error { reply(.failure(error)) }
  }

  /// Takes over what concerns the host alone: the restart policy.
  func update(_ blueprint: PluginBlueprint) {
    state.withLock { $0.entries[blueprint.name]?.supervisor.policy = blueprint.restart }
  }

  /// Gives a plugin new settings: in place when it can take them, else by a restart.
  func reconfigure(_ blueprint: PluginBlueprint, done: @escaping @Sendable () -> Void) {
    let name = blueprint.name
    let running: (generation: UInt64, lane: String)? = state.withLock { state in
      guard var entry = state.entries[name] else { return nil }
      let old = entry.blueprint
      entry.blueprint = blueprint
      entry.supervisor.policy = blueprint.restart
      let isInPlace =
        entry.supervisor.state == .running && old.lane == blueprint.lane
        && old.manifest.kind == blueprint.manifest.kind
      // A restart has to stop the old instance on the lane where it runs.
      if !isInPlace { entry.blueprint.lane = old.lane }
      state.entries[name] = entry
      return isInPlace ? (entry.generation, old.lane) : nil
    }
    guard let running else { return restart(blueprint, done: done) }
    state.withLock { state in
      lane(&state, running.lane).perform { lane in
        lane.reconfigure(running.generation, blueprint) { [self] isTaken in
          if isTaken { done() } else { restart(blueprint, done: done) }
        }
      }
    }
  }

  /// Stops the old instance, then starts one of this blueprint if the old one was up.
  private func restart(_ blueprint: PluginBlueprint, done: @escaping @Sendable () -> Void) {
    let name = blueprint.name
    let wasUp = state.withLock { state in
      let state = state.entries[name]?.supervisor.state
      return state != nil && state != .stopped
    }
    stop(name) { [self] in
      state.withLock { state in
        state.entries[name]?.blueprint = blueprint
        state.order = StartOrder.of(state.entries.values.map(\.blueprint))
      }
      if wasUp { start(name, done: done) } else { done() }
    }
  }

  func unknown(_ name: String, _ state: borrowing HostState) -> PluginError {
    let names = state.order.sorted().joined(separator: ", ")
    return PluginError(
      "there is no plugin \"\(name)\"",
      hint: names.isEmpty ? "no plugin is configured" : "there are: \(names)")
  }
}
