/// Running the kept log again.
extension Engine {
  /// Runs a range of the kept log through the plugins of the configuration that derive events, once
  /// more, and compares what comes out with what is recorded. The engine goes on meanwhile; whoever
  /// calls it gives it a thread.
  ///
  /// - Parameter progress: called now and then; false to end.
  public func rerun(
    _ request: RerunRequest, progress: (RerunProgress) -> Bool = { _ in true }
  ) throws(PluginError) -> RerunReport {
    guard let logStore else {
      throw PluginError(
        "the engine keeps no journal", hint: "add a plugin of type \"journal\" to the configuration"
      )
    }
    var request = request
    request.through = min(request.through, bus.lastSequence)
    let configuration = configuration
    var blueprints: [PluginBlueprint] = []
    for plugin in configuration.plugins where plugin.isEnabled {
      blueprints.append(try blueprint(plugin, configuration.engine))
    }
    let rerun = try Rerun(
      request, blueprints: blueprints, catalog: Catalog(copying: catalog),
      capacity: bus.capacity, store: logStore, logger: logs.log("rerun"), seeds: host.seed(of:))
    return try rerun.run(progress: progress)
  }
}
