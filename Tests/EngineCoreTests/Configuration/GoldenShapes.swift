/// Broken files: syntax and the engine.
enum GoldenShapes {
  static let all: [GoldenFaultsTests.Case] = [
    .init(
      name: "empty file",
      text: "",
      messages: [
        #"plugins.json:1:1: expected a value, found end of text"#
      ]),
    .init(
      name: "only blanks",
      text: "\n\n  ",
      messages: [
        #"plugins.json:3:3: expected a value, found end of text"#
      ]),
    .init(
      name: "an unclosed object",
      text: #"{"engine": {"#,
      messages: [
        #"plugins.json:1:13: expected a name in quotes or "}", found end of text"#
      ]),
    .init(
      name: "a trailing comma",
      text: #"""
        {
          "plugins": [],
        }
        """#,
      messages: [
        #"plugins.json:3:1: expected a name in quotes, found "}""#
      ]),
    .init(
      name: "a comment",
      text: #"""
        {
          // no
        }
        """#,
      messages: [
        #"plugins.json:2:3: expected a name in quotes or "}", found "/""#
      ]),
    .init(
      name: "single quotes",
      text: #"{'engine': {}}"#,
      messages: [
        #"plugins.json:1:2: expected a name in quotes or "}", found "'""#
      ]),
    .init(
      name: "a word in capitals",
      text: #"{"engine": {"deterministic": True}}"#,
      messages: [
        #"plugins.json:1:30: expected a value, found "True""#
      ]),
    .init(
      name: "a list at the top",
      text: #"[]"#,
      messages: [
        #"plugins.json:1:1: expected an object, found an empty list"#
      ]),
    .init(
      name: "text after the end",
      text: #"{} {}"#,
      messages: [
        #"plugins.json:1:4: expected end of text, found "{""#
      ]),
    .init(
      name: "a misspelt section",
      text: #"{"plugin": []}"#,
      messages: [
        #"""
        plugins.json:1:2: plugin: expected a known key, found "plugin"; did you mean \#
        "plugins"?
        """#
      ]),
    .init(
      name: "an unknown section",
      text: #"{"colours": 1}"#,
      messages: [
        #"""
        plugins.json:1:2: colours: expected one of the keys $schema, engine, \#
        instruments, plugins, found "colours"
        """#
      ]),
    .init(
      name: "a section twice",
      text: #"""
        {"engine": {},
         "engine": {}}
        """#,
      messages: [
        #"""
        plugins.json:2:2: engine: expected each key once, found "engine" again, first \#
        given at 1:2
        """#
      ]),
    .init(
      name: "engine is a list",
      text: #"{"engine": []}"#,
      messages: [
        #"plugins.json:1:12: engine: expected an object, found an empty list"#
      ]),
    .init(
      name: "a ring that is no power of two",
      text: #"{"engine": {"ring": 100000}}"#,
      messages: [
        #"""
        plugins.json:1:21: engine.ring: expected a power of two, found 100000; did \#
        you mean 131072?
        """#
      ]),
    .init(
      name: "a ring out of range",
      text: #"{"engine": {"ring": 512}}"#,
      messages: [
        #"""
        plugins.json:1:21: engine.ring: expected an integer from 1024 to 4194304, \#
        found 512
        """#
      ]),
    .init(
      name: "a ring with a fraction",
      text: #"{"engine": {"ring": 2048.5}}"#,
      messages: [
        #"""
        plugins.json:1:21: engine.ring: expected an integer from 1024 to 4194304, \#
        found 2048.5
        """#
      ]),
    .init(
      name: "a ring in quotes",
      text: #"{"engine": {"ring": "2048"}}"#,
      messages: [
        #"""
        plugins.json:1:21: engine.ring: expected an integer from 1024 to 4194304, \#
        found "2048"; did you mean 2048?
        """#
      ]),
    .init(
      name: "a camel-case key",
      text: #"{"engine": {"callLimit": "5s"}}"#,
      messages: [
        #"""
        plugins.json:1:13: engine.callLimit: expected a known key, found "callLimit"; \#
        did you mean "call_limit"?
        """#
      ]),
    .init(
      name: "a misspelt log level",
      text: #"{"engine": {"log": {"level": "infos"}}}"#,
      messages: [
        #"""
        plugins.json:1:30: engine.log.level: expected one of "trace", "debug", \#
        "info", "warning", "error", found "infos"; did you mean "info"?
        """#
      ]),
    .init(
      name: "an unknown log level",
      text: #"{"engine": {"log": {"level": 3}}}"#,
      messages: [
        #"""
        plugins.json:1:30: engine.log.level: expected one of "trace", "debug", \#
        "info", "warning", "error", found 3
        """#
      ]),
    .init(
      name: "a duration without unit",
      text: #"{"engine": {"spin": 5}}"#,
      messages: [
        #"plugins.json:1:21: engine.spin: expected a duration such as "250ms", found 5"#
      ]),
    .init(
      name: "a duration with a blank",
      text: #"{"engine": {"call_limit": "5 s"}}"#,
      messages: [
        #"""
        plugins.json:1:27: engine.call_limit: expected a duration such as "250ms", \#
        found "5 s"; did you mean "5s"?
        """#
      ]),
    .init(
      name: "a duration out of range",
      text: #"{"engine": {"spin": "2ms"}}"#,
      messages: [
        #"""
        plugins.json:1:21: engine.spin: expected a duration from "0s" to "1ms", found \#
        "2ms"
        """#
      ]),
    .init(
      name: "a duration in wrong order",
      text: #"{"engine": {"call_limit": "5s1m"}}"#,
      messages: [
        #"""
        plugins.json:1:27: engine.call_limit: expected a duration such as "250ms", \#
        found "5s1m"
        """#
      ]),
    .init(
      name: "restart times in wrong order",
      text: #"{"engine": {"restart": {"initial": "2m"}}}"#,
      messages: [
        #"""
        plugins.json:1:36: engine.restart.initial: expected "initial" to be at most \#
        "maximum", found "2m" and "30s"
        """#
      ]),
    .init(
      name: "jitter out of range",
      text: #"{"engine": {"restart": {"jitter": 1.5, "factor": "two"}}}"#,
      messages: [
        #"""
        plugins.json:1:35: engine.restart.jitter: expected a number from 0 to 1, \#
        found 1.5
        """#,
        #"""
        plugins.json:1:50: engine.restart.factor: expected a number from 1 to 100, \#
        found "two"
        """#,
      ]),
    .init(
      name: "null for a key",
      text: #"{"engine": {"seed": null}}"#,
      messages: [
        #"plugins.json:1:21: engine.seed: expected an integer, found null"#
      ]),
    .init(
      name: "an unknown kind of plugin",
      text: #"{"plugins": [{"name": "a", "type": "generatr"}]}"#,
      messages: [
        #"""
        plugins.json:1:36: plugins[0].type: expected a kind of plugin, found \#
        "generatr"; did you mean "generator"?
        """#
      ]),
    .init(
      name: "a kind far from any",
      text: #"{"plugins": [{"name": "a", "type": "zzz"}]}"#,
      messages: [
        #"""
        plugins.json:1:36: plugins[0].type: expected a kind of plugin: alerts, bars, \#
        generator, websocket, found "zzz"
        """#
      ]),
    .init(
      name: "no name and no type",
      text: #"{"plugins": [{}]}"#,
      messages: [
        #"""
        plugins.json:1:14: plugins[0].name: expected a name of lower-case letters, \#
        digits, "-" and "_", found nothing
        """#,
        #"plugins.json:1:14: plugins[0].type: expected a kind of plugin, found nothing"#,
      ]),
    .init(
      name: "a plugin that is a string",
      text: #"{"plugins": ["bars"]}"#,
      messages: [
        #"plugins.json:1:14: plugins[0]: expected an object, found "bars""#
      ]),
    .init(
      name: "a name in capitals",
      text: #"{"plugins": [{"name": "Bars!", "type": "bars"}]}"#,
      messages: [
        #"""
        plugins.json:1:23: plugins[0].name: expected a name of lower-case letters, \#
        digits, "-" and "_", found "Bars!"
        """#
      ]),
    .init(
      name: "a name twice",
      text: #"""
        {"plugins": [
         {"name": "a", "type": "bars"},
         {"name": "a", "type": "generator"}]}
        """#,
      messages: [
        #"""
        plugins.json:3:11: plugins[1].name: expected a name of its own, found "a", \#
        the name of plugins[0]
        """#
      ]),
    .init(
      name: "a port as a number",
      text: #"""
        {"plugins": [
         {"name": "web", "type": "websocket",
          "config": {"listen": 8000}}]}
        """#,
      messages: [
        #"plugins.json:3:24: plugins[0].config.listen: expected "host:port", found 8000"#
      ]),
    .init(
      name: "a port out of range",
      text:
        #"{"plugins": [{"name": "web", "type": "websocket", "config": {"listen": "a:70000"}}]}"#,
      messages: [
        #"""
        plugins.json:1:72: plugins[0].config.listen: expected "host:port", found \#
        "a:70000"
        """#
      ]),
    .init(
      name: "an empty list of ports",
      text: #"{"plugins": [{"name": "web", "type": "websocket", "config": {"listen": []}}]}"#,
      messages: [
        #"""
        plugins.json:1:72: plugins[0].config.listen: expected a list of 1 to 16 \#
        elements, found 0 elements
        """#
      ]),
  ]
}
