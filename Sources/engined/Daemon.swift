internal import BinaryProtocol
internal import EngineCore
internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import Plugins
internal import Synchronization
internal import Transport

/// One run of the daemon: engine, admin socket, signals.
final class Daemon: Sendable {
  let engine: Engine
  let source: ConfigurationSource
  let notifier: ServiceNotifier
  private let log: Log
  private let signalCount = Atomic<Int>(0)
  private let stopRequested: AsyncStream<Void>.Continuation

  private init(
    engine: Engine, source: ConfigurationSource, stop: AsyncStream<Void>.Continuation
  ) {
    self.engine = engine
    self.source = source
    stopRequested = stop
    notifier = ServiceNotifier(environment: SystemFiles.environment())
    log = engine.logs.log("engine")
  }

  /// Runs until a signal or an error ends it; the exit code.
  static func run(
    _ configuration: EngineConfiguration, from source: ConfigurationSource,
    signals: SignalRelay
  ) async -> Int32 {
    let settings = configuration.engine
    let clock = SystemClock()
    let writer = LogWriter(settings.log)
    let logs = LogCenter(
      level: settings.log.level, historyMax: settings.log.historyLines, clock: clock,
      writer: writer.write)
    let engine: Engine
    do throws(PluginError) {
      engine = try Engine(
        configuration: configuration, types: allPlugins, clock: clock, logs: logs,
        seed: UInt64.random(in: 0...UInt64.max))
    } catch {
      SystemFiles.printError("engined: \(error)")
      return ExitStatus.badConfiguration
    }
    let (stops, stop) = AsyncStream.makeStream(of: Void.self)
    let daemon = Daemon(engine: engine, source: source, stop: stop)
    signals.start { daemon.received($0) }
    return await daemon.serve(until: stops)
  }

  private func serve(until stops: AsyncStream<Void>) async -> Int32 {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let router = AdminService(daemon: self).router
    engine.offer(AdminAccess(router), as: .adminCalls)
    engine.offer(ProcessReport(), as: .processFigures)
    let server = CallServer(
      identity: ServerIdentity(
        name: "tickwire", version: Release.version, pid: UInt32(getpid()),
        epoch: engine.bus.epoch),
      router: router, clock: EventLoopClock(group.next()))
    let path = engine.configuration.engine.adminPath
    let listener: UnixListener
    do throws(ListenError) {
      listener = try await UnixListener.start(path: path, server: server, group: group)
    } catch {
      SystemFiles.printError("engined: \(error)")
      if case .alreadyRunning = error { return ExitStatus.alreadyRunning }
      return ExitStatus.noSocket
    }
    let ticks = group.next().scheduleRepeatedTask(
      initialDelay: .milliseconds(250), delay: .milliseconds(250)
    ) { [engine] _ in engine.host.tick() }
    await withCheckedContinuation { done in engine.start { done.resume() } }
    announceStart(path)
    for await _ in stops { break }
    notifier.stopping()
    await withCheckedContinuation { done in engine.stop { done.resume() } }
    ticks.cancel()
    await listener.close("the engine stops")
    try? await group.shutdownGracefully()
    log.info("engine stopped", LogField("sequence", engine.bus.lastSequence))
    return 0
  }

  private func announceStart(_ path: String) {
    let failed = engine.host.statuses().filter { $0.state == .failed || $0.state == .backoff }
    log.info(
      "engine ready", LogField("version", Release.version), LogField("pid", getpid()),
      LogField("admin", path), LogField("plugins", engine.host.names.count),
      LogField("failed", failed.count))
    notifier.ready()
  }

  // MARK: Signals

  private func received(_ signal: Int32) {
    if signal == SIGHUP {
      reloadOnSignal()
      return
    }
    let count = signalCount.add(1, ordering: .relaxed).newValue
    if count > 1 {
      SystemFiles.printError("engined: second signal, quitting now")
      SignalWaiter.quit(128 + signal)
    }
    log.info("stopping", LogField("signal", signal == SIGINT ? "SIGINT" : "SIGTERM"))
    stopRequested.yield()
  }

  private func reloadOnSignal() {
    notifier.reloading(monotonicNanos: engine.clock.monotonicNanos())
    do {
      let plan = try engine.reload(try source.load()) { [self] in
        log.info("reloaded")
        notifier.ready()
      }
      log.info("reloading", LogField("plan", plan.text))
    } catch {
      // Nothing has changed: the engine goes on with what it had.
      log.error("not reloaded: the configuration is not valid", LogField("faults", "\(error)"))
      notifier.ready()
    }
  }
}
