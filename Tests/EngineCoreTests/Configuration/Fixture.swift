import EngineCore

/// Kinds of plugins for the tests, which use every type of key.
enum Fixture {
  struct GeneratorSettings: PluginSettings {
    static let keys: [ConfigurationKey] = [
      .key("model", .choice(["walk", "gbm", "reverting"]), default: "walk", "How prices move."),
      .key(
        "instruments",
        .oneOf([.integer(1...10_000), .list(.string, count: 1...10_000)]), default: 1,
        "How many, or which."),
      .key("interval", .duration(from: "1ms", to: "1h"), default: "1s", "Time between ticks."),
      .key("start_price", .decimal, default: 100, "The first price."),
      .optional("seed", .integer(), "Makes a run repeatable."),
      .optional("drift", .number(-1...1), "Mean change a day."),
    ]
    let intervalNanos: Int64
    let startPrice: String

    init(from object: inout ConfigurationObject) {
      intervalNanos = object.durationNanos("interval")
      startPrice = object.decimalText("start_price")
      if object.optionalNumber("drift") != nil, object.string("model") == "walk" {
        object.fault(at: "drift", expected: "no drift for the model \"walk\"")
      }
    }
  }

  struct WebSettings: PluginSettings {
    static let keys: [ConfigurationKey] = [
      .key("listen", .listen, default: "127.0.0.1:8000", "Where to listen."),
      .key("buffer", .size(from: "1KiB", to: "1GiB"), default: "64KiB", "Bytes kept a client."),
      .optional("token", .string, secret: true, "The token that clients show."),
      .key("compress", .boolean, default: true, "Whether to compress."),
      .key("subjects", .list(.subject, count: 0...8), default: [], "What is served."),
      .key("headers", .map(.string), default: [:], "Headers of every answer."),
      .optional("since", .time, "Where history starts."),
    ]
    let addresses: [ListenAddress]
    let token: String?

    init(from object: inout ConfigurationObject) {
      addresses = object.addresses("listen")
      token = object.optionalString("token")
      if let token, token.utf8.count < 4 {
        object.fault(at: "token", expected: "at least 4 characters", found: "\"\(token)\"")
      }
    }
  }

  struct AlertRule: ConfigurationRecord {
    static let keys: [ConfigurationKey] = [
      .required("on", .subject, "What it watches."),
      .required("above", .decimal, "Fires above."),
    ]
    let on: String

    init(from object: inout ConfigurationObject) {
      on = object.string("on")
      if object.decimalText("above") == "0" {
        object.fault(at: "above", expected: "a limit other than zero")
      }
    }
  }

  struct AlertsSettings: PluginSettings {
    static let keys: [ConfigurationKey] = [
      .required("rules", .list(.record(AlertRule.self), count: 1...100), "The rules."),
      .optional("file", .path, "Where states are kept."),
    ]
    let rules: [AlertRule]

    init(from object: inout ConfigurationObject) {
      rules = object.records("rules", as: AlertRule.self)
    }
  }

  static let catalog = [
    PluginDescription(
      kind: "generator", summary: "Makes ticks.", settings: GeneratorSettings.self,
      produces: ["trade", "quote"]),
    PluginDescription(
      kind: "bars", summary: "Makes bars of trades.", keys: [], consumes: ["trade.>"],
      produces: ["bar.>"]),
    PluginDescription(
      kind: "websocket", summary: "Serves browsers.", settings: WebSettings.self, consumes: [">"]),
    PluginDescription(
      kind: "alerts", summary: "Watches limits.", settings: AlertsSettings.self,
      produces: ["alert"]),
  ]

  /// A file that uses much of what there is.
  static let whole = """
    {
      "$schema": "./plugins.schema.json",
      "engine": {
        "admin": "run/engine.sock", "ring": 65536, "seed": 7,
        "log": { "level": "debug", "format": "json", "file": "run/engine.log", "history": 10 },
        "restart": { "policy": "never", "initial": "1s", "maximum": "1m", "factor": 1.5 }
      },
      "instruments": [
        { "symbol": "EURUSD", "price_precision": 5, "increment": 0.00001, "currency": "USD" },
        { "symbol": "BRK.B", "venue": "XNYS", "name": "Berkshire \\u00e9" }
      ],
      "plugins": [
        { "name": "sim", "type": "generator", "lane": "fast",
          "config": { "model": "gbm", "instruments": ["EURUSD"], "interval": "250ms", "drift": 0.1 } },
        { "name": "bars", "type": "bars", "log": "warning", "restart": { "intensity": 9 } },
        { "name": "web", "type": "websocket",
          "config": { "listen": ["127.0.0.1:8000", "[::1]:8000"], "token": "${TOKEN}",
            "subjects": ["trade.EURUSD", "bar.\\"BRK.B\\".1m"], "headers": { "X-One": "1" },
            "since": "2026-01-31T09:30:00.5Z" } },
        { "name": "alerts", "type": "alerts", "enabled": false,
          "config": { "rules": [ { "on": "trade.EURUSD", "above": "1.25" } ] } }
      ]
    }
    """

  static func loader(
    _ environment: [String: String] = [:], files: [String: String] = [:]
  ) -> ConfigurationLoader {
    ConfigurationLoader(catalog: catalog, environment: environment) { path in
      files[path].map { Array($0.utf8) }
    }
  }

  static func load(
    _ text: String, _ environment: [String: String] = [:], files: [String: String] = [:]
  ) throws(ConfigurationError) -> EngineConfiguration {
    try loader(environment, files: files).load(Array(text.utf8), file: "plugins.json")
  }

  /// The messages of a file; empty when it is right.
  static func messages(
    _ text: String, _ environment: [String: String] = [:], files: [String: String] = [:]
  ) -> [String] {
    do throws(ConfigurationError) {
      _ = try load(text, environment, files: files)
      return []
    } catch {
      return error.faults.map(\.description)
    }
  }
}
