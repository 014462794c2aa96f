/// Broken files: what the environment and other files bring in.
enum GoldenReferences {
  static let all: [GoldenFaultsTests.Case] = [
    .init(
      name: "an unset variable",
      text: #"{"plugins": [{"name": "web", "type": "websocket", "config": {"token": "${NOPE}"}}]}"#,
      messages: [
        #"""
        plugins.json:1:71: plugins[0].config.token: expected the environment variable \#
        NOPE to be set, found no such variable
        """#
      ]),
    .init(
      name: "an unclosed reference",
      text: #"{"engine": {"admin": "${HOME"}}"#,
      messages: [
        #"""
        plugins.json:1:22: engine.admin: expected "}" after "${", or "$${" for a \#
        plain "${", found the end of the string
        """#
      ]),
    .init(
      name: "a strange reference",
      text: #"{"engine": {"admin": "${a b}"}}"#,
      messages: [
        #"""
        plugins.json:1:22: engine.admin: expected a reference such as ${NAME} or \#
        ${file:path}, found "${a b}"
        """#
      ]),
    .init(
      name: "a reference to no file",
      text: #"{"engine": {"admin": "${file:no}"}}"#,
      messages: [
        #"""
        plugins.json:1:22: engine.admin: expected a file that can be read, found none \#
        at "no"
        """#
      ]),
    .init(
      name: "a reference with a wrong value",
      text: #"{"engine": {"call_limit": "${LIMIT}"}}"#,
      messages: [
        #"""
        plugins.json:1:27: engine.call_limit: expected a duration such as "250ms", \#
        found a secret value
        """#
      ],
      environment: ["LIMIT": "hunter2"]),
    .init(
      name: "a reference to a wrong number",
      text: #"{"engine": {"ring": "${RING}"}}"#,
      messages: [
        #"""
        plugins.json:1:21: engine.ring: expected an integer from 1024 to 4194304, \#
        found a secret value
        """#
      ],
      environment: ["RING": "12345678"]),
    .init(
      name: "instruments with faults",
      text: #"""
        {"instruments": [
         {"symbol": "A", "price_precision": 12},
         {"symbol": "B", "increment": -1},
         {"symbol": "C", "increment": "1e-12"},
         {"symbol": "a b"}]}
        """#,
      messages: [
        #"""
        plugins.json:2:37: instruments[0].price_precision: expected an integer from 0 \#
        to 9, found 12
        """#,
        #"""
        plugins.json:3:31: instruments[1].increment: expected a decimal above zero, \#
        found -1
        """#,
        #"""
        plugins.json:4:31: instruments[2].increment: expected at most 9 decimals, \#
        found 0.000000000001
        """#,
        #"""
        plugins.json:5:13: instruments[3].symbol: expected a symbol without blanks, \#
        "@" and quotes, found "a b"
        """#,
      ]),
    .init(
      name: "an instrument twice",
      text: #"""
        {"instruments": [{"symbol": "A"}, {"symbol": "A", "venue": "X"},
         {"symbol": "A"}]}
        """#,
      messages: [
        #"""
        plugins.json:2:13: instruments[2].symbol: expected each instrument once, \#
        found "A" again, first given at plugins.json:1:18
        """#
      ]),
    .init(
      name: "no file of instruments",
      text: #"{"instruments": "no.csv"}"#,
      messages: [
        #"""
        plugins.json:1:17: instruments: expected a file that can be read, found none \#
        at "no.csv"
        """#
      ]),
    .init(
      name: "a table with faults",
      text: #"{"instruments": {"file": "i.csv"}}"#,
      messages: [
        #"""
        i.csv:3:3: instruments[1].price_precision: expected an integer from 0 to 9, \#
        found "many"
        """#,
        #"""
        i.csv:4:1: instruments[2].symbol: expected a symbol without blanks, "@" and \#
        quotes, found nothing
        """#,
      ],
      files: ["i.csv": "symbol,price_precision\nA,2\nB,many\n,3\n"]),
    .init(
      name: "a table with an unknown column",
      text: #"{"instruments": "i.csv"}"#,
      messages: [
        #"""
        i.csv:1:8: expected one of the columns symbol, venue, name, price_precision, \#
        size_precision, increment, currency, calendar, found "precision"
        """#
      ],
      files: ["i.csv": "symbol,precision\nA,2\n"]),
    .init(
      name: "an override of no key",
      text: #"{}"#,
      messages: [
        #"environment ENGINE__web: expected a known key, found "web""#,
        #"""
        environment ENGINE__engine__rnig: expected a known key, found "rnig"; did you \#
        mean "ring"?
        """#,
      ],
      environment: ["ENGINE__engine__rnig": "1", "ENGINE__web": "1"]),
    .init(
      name: "an override of no plugin",
      text: #"{"plugins": [{"name": "bars", "type": "bars"}]}"#,
      messages: [
        #"""
        environment ENGINE__plugins__bar__enabled: expected the name of a plugin in \#
        the file, found "bar"; did you mean "bars"?
        """#
      ],
      environment: ["ENGINE__plugins__bar__enabled": "false"]),
    .init(
      name: "an override with a wrong value",
      text: #"{}"#,
      messages: [
        #"""
        environment ENGINE__engine__ring: engine.ring: expected an integer from 1024 \#
        to 4194304, found "many"
        """#,
        #"""
        environment ENGINE__engine__log__level: engine.log.level: expected one of \#
        "trace", "debug", "info", "warning", "error", found "loud"
        """#,
      ],
      environment: ["ENGINE__engine__ring": "many", "ENGINE__engine__log__level": "loud"]),
    .init(
      name: "an override into a scalar",
      text: #"{"engine": {"ring": 2048}}"#,
      messages: [
        #"environment ENGINE__engine__ring__x: expected a path that a key has, found "x""#
      ],
      environment: ["ENGINE__engine__ring__x": "1"]),
    .init(
      name: "many faults at once",
      text: #"""
        {
          "engine": { "rin": 1, "spin": "1h", "log": { "level": "x", "level": "info" } },
          "instruments": 5,
          "plugins": [
            { "name": "a b", "type": "generator", "config": { "interval": 1, "model": "gmb" } },
            { "name": "web", "type": "websocket", "config": { "listen": 8000, "lisen": 1 } },
            { "name": "x", "type": "wbsocket" }
          ]
        }
        """#,
      messages: [
        #"""
        plugins.json:2:15: engine.rin: expected a known key, found "rin"; did you \#
        mean "ring"?
        """#,
        #"""
        plugins.json:2:33: engine.spin: expected a duration from "0s" to "1ms", found \#
        "1h"
        """#,
        #"""
        plugins.json:2:57: engine.log.level: expected one of "trace", "debug", \#
        "info", "warning", "error", found "x"
        """#,
        #"""
        plugins.json:2:62: engine.log.level: expected each key once, found "level" \#
        again, first given at 2:48
        """#,
        #"""
        plugins.json:3:18: instruments: expected a list, a file path or an object, \#
        found 5
        """#,
        #"""
        plugins.json:5:15: plugins[0].name: expected a name of lower-case letters, \#
        digits, "-" and "_", found "a b"
        """#,
        #"""
        plugins.json:5:67: plugins[0].config.interval: expected a duration such as \#
        "250ms", found 1
        """#,
        #"""
        plugins.json:5:79: plugins[0].config.model: expected one of "walk", "gbm", \#
        "reverting", found "gmb"; did you mean "gbm"?
        """#,
        #"plugins.json:6:65: plugins[1].config.listen: expected "host:port", found 8000"#,
        #"""
        plugins.json:6:71: plugins[1].config.lisen: expected a known key, found \#
        "lisen"; did you mean "listen"?
        """#,
        #"""
        plugins.json:7:28: plugins[2].type: expected a kind of plugin, found \#
        "wbsocket"; did you mean "websocket"?
        """#,
      ]),
  ]
}
