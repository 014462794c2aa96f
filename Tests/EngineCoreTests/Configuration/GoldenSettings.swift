/// Broken files: plugins and their settings.
enum GoldenSettings {
  static let all: [GoldenFaultsTests.Case] = [
    .init(
      name: "a list in a list of ports",
      text:
        #"{"plugins": [{"name": "web", "type": "websocket", "config": {"listen": [["a:1"]]}}]}"#,
      messages: [
        #"""
        plugins.json:1:73: plugins[0].config.listen: expected "host:port", found a \#
        list
        """#
      ]),
    .init(
      name: "a port used twice",
      text: #"""
        {"plugins": [
         {"name": "a", "type": "websocket", "config": {"listen": "127.0.0.1:80"}},
         {"name": "b", "type": "websocket", "config": {"listen": "*:80"}}]}
        """#,
      messages: [
        #"""
        plugins.json:3:58: plugins[1].config.listen: expected an address of its own, \#
        found "*:80", and plugins[0].config.listen listens on "127.0.0.1:80"
        """#
      ]),
    .init(
      name: "the default port used twice",
      text: #"""
        {"plugins": [
         {"name": "a", "type": "websocket"},
         {"name": "b", "type": "websocket"}]}
        """#,
      messages: [
        #"""
        plugins.json:3:2: plugins[1].config.listen: expected an address of its own, \#
        found "127.0.0.1:8000", and plugins[0].config.listen listens on \#
        "127.0.0.1:8000"
        """#
      ]),
    .init(
      name: "a misspelt key of a plugin",
      text: #"{"plugins": [{"name": "web", "type": "websocket", "config": {"lisen": "a:1"}}]}"#,
      messages: [
        #"""
        plugins.json:1:62: plugins[0].config.lisen: expected a known key, found \#
        "lisen"; did you mean "listen"?
        """#
      ]),
    .init(
      name: "a key beside config",
      text: #"{"plugins": [{"name": "web", "type": "websocket", "listen": "a:1"}]}"#,
      messages: [
        #"""
        plugins.json:1:51: plugins[0].listen: expected a known key, found "listen"; \#
        did you mean "config.listen"?
        """#
      ]),
    .init(
      name: "a size without unit",
      text:
        #"{"plugins": [{"name": "web", "type": "websocket", "config": {"buffer": "4096", "compress": "yes"}}]}"#,
      messages: [
        #"""
        plugins.json:1:72: plugins[0].config.buffer: expected a size such as "64KiB", \#
        found "4096"
        """#,
        #"""
        plugins.json:1:92: plugins[0].config.compress: expected true or false, found \#
        "yes"
        """#,
      ]),
    .init(
      name: "a size out of range",
      text:
        #"{"plugins": [{"name": "web", "type": "websocket", "config": {"buffer": "2GiB", "compress": "True"}}]}"#,
      messages: [
        #"""
        plugins.json:1:72: plugins[0].config.buffer: expected a size from "1KiB" to \#
        "1GiB", found "2GiB"
        """#,
        #"""
        plugins.json:1:92: plugins[0].config.compress: expected true or false, found \#
        "True"; did you mean true?
        """#,
      ]),
    .init(
      name: "subjects of no kind",
      text:
        #"{"plugins": [{"name": "web", "type": "websocket", "config": {"subjects": ["trades.X", "", "trade.>.x"]}}]}"#,
      messages: [
        #"""
        plugins.json:1:75: plugins[0].config.subjects[0]: expected a subject that \#
        starts with one of trade, quote, bar, alert, correction, watermark, gap, \#
        status, definition, time, command, found "trades.X"; did you mean "trade.X"?
        """#,
        #"""
        plugins.json:1:87: plugins[0].config.subjects[1]: expected a subject such as \#
        "trade.EURUSD", found ""
        """#,
        #"""
        plugins.json:1:91: plugins[0].config.subjects[2]: expected a subject such as \#
        "trade.EURUSD", found "trade.>.x"
        """#,
      ]),
    .init(
      name: "too many elements",
      text:
        #"{"plugins": [{"name": "web", "type": "websocket", "config": {"subjects": [">",">",">",">",">",">",">",">",">"]}}]}"#,
      messages: [
        #"""
        plugins.json:1:74: plugins[0].config.subjects: expected a list of 0 to 8 \#
        elements, found 9 elements
        """#
      ]),
    .init(
      name: "a map with a wrong value",
      text:
        #"{"plugins": [{"name": "web", "type": "websocket", "config": {"headers": {"a b": 1, "c": true}}}]}"#,
      messages: [
        #"""
        plugins.json:1:81: plugins[0].config.headers["a b"]: expected a string, found \#
        1
        """#,
        #"plugins.json:1:89: plugins[0].config.headers.c: expected a string, found true"#,
      ]),
    .init(
      name: "a time of no calendar",
      text:
        #"{"plugins": [{"name": "web", "type": "websocket", "config": {"since": "2026-02-30"}}]}"#,
      messages: [
        #"""
        plugins.json:1:71: plugins[0].config.since: expected a time such as \#
        "2026-01-31T09:30:00Z" or nanoseconds since 1970, found "2026-02-30"
        """#
      ]),
    .init(
      name: "a secret that is too short",
      text: #"{"plugins": [{"name": "web", "type": "websocket", "config": {"token": "abc"}}]}"#,
      messages: [
        #"""
        plugins.json:1:71: plugins[0].config.token: expected at least 4 characters, \#
        found a secret value
        """#
      ]),
    .init(
      name: "a secret of the wrong type",
      text: #"{"plugins": [{"name": "web", "type": "websocket", "config": {"token": 12345}}]}"#,
      messages: [
        #"""
        plugins.json:1:71: plugins[0].config.token: expected a string, found a secret \#
        value
        """#
      ]),
    .init(
      name: "a required key left out",
      text: #"{"plugins": [{"name": "al", "type": "alerts"}]}"#,
      messages: [
        #"""
        plugins.json:1:14: plugins[0].config.rules: expected a list of 1 to 100, \#
        found nothing
        """#
      ]),
    .init(
      name: "rules with faults",
      text: #"""
        {"plugins": [{"name": "al", "type": "alerts", "config": {"rules": [
         {"on": "trade.X"},
         {"above": "1,5", "on": "x"},
         {"on": "trade.X", "above": 1, "below": 2}]}}]}
        """#,
      messages: [
        #"""
        plugins.json:2:2: plugins[0].config.rules[0].above: expected a decimal number \#
        such as 1.25, found nothing
        """#,
        #"""
        plugins.json:3:12: plugins[0].config.rules[1].above: expected a decimal \#
        number such as 1.25, found "1,5"
        """#,
        #"""
        plugins.json:3:25: plugins[0].config.rules[1].on: expected a subject that \#
        starts with one of trade, quote, bar, alert, correction, watermark, gap, \#
        status, definition, time, command, found "x"
        """#,
        #"""
        plugins.json:4:32: plugins[0].config.rules[2].below: expected one of the keys \#
        on, above, found "below"
        """#,
      ]),
    .init(
      name: "a check of a nested record",
      text:
        #"{"plugins": [{"name": "al", "type": "alerts", "config": {"rules": [{"on": "trade.X", "above": 0}]}}]}"#,
      messages: [
        #"""
        plugins.json:1:95: plugins[0].config.rules[0].above: expected a limit other \#
        than zero, found 0
        """#
      ]),
    .init(
      name: "a check between keys",
      text: #"{"plugins": [{"name": "sim", "type": "generator", "config": {"drift": 0.5}}]}"#,
      messages: [
        #"""
        plugins.json:1:71: plugins[0].config.drift: expected no drift for the model \#
        "walk", found 0.5
        """#
      ]),
    .init(
      name: "one of two types",
      text:
        #"{"plugins": [{"name": "sim", "type": "generator", "config": {"instruments": "ten"}}]}"#,
      messages: [
        #"""
        plugins.json:1:77: plugins[0].config.instruments: expected an integer from 1 \#
        to 10000 or a list of 1 to 10000, found "ten"
        """#
      ]),
    .init(
      name: "one of two types, out of range",
      text: #"{"plugins": [{"name": "sim", "type": "generator", "config": {"instruments": 0}}]}"#,
      messages: [
        #"""
        plugins.json:1:77: plugins[0].config.instruments: expected an integer from 1 \#
        to 10000, found 0
        """#
      ]),
    .init(
      name: "too many lanes",
      text: #"""
        {"engine": {"lanes": 1}, "plugins": [
         {"name": "a", "type": "bars", "lane": "x"},
         {"name": "b", "type": "bars", "lane": "y"}]}
        """#,
      messages: [
        #"""
        plugins.json:3:40: plugins[1].lane: expected no more lanes than engine.lanes \#
        (1), found "y", which is number 2
        """#
      ]),
    .init(
      name: "a restart of one plugin",
      text: #"{"plugins": [{"name": "a", "type": "bars", "restart": {"maximum": "1ms"}}]}"#,
      messages: [
        #"""
        plugins.json:1:67: plugins[0].restart.maximum: expected "initial" to be at \#
        most "maximum", found "500ms" and "1ms"
        """#
      ]),
  ]
}
