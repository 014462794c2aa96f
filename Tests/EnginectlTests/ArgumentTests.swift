import ArgumentParser
import EngineCore
import Testing

@testable import enginectl

@Suite("Arguments")
struct ArgumentTests {
  @Test(
    "durations have units and are above zero",
    arguments: [
      ("500ms", 500_000_000), ("1m", 60_000_000_000), ("1h30m", 5_400_000_000_000), ("0s", nil),
      ("5", nil), ("", nil), ("-1s", nil), ("forever", nil),
    ] as [(String, Int64?)])
  func duration(text: String, nanos: Int64?) {
    #expect(DurationArgument(argument: text)?.nanos == nanos)
  }

  @Test(
    "a value that is JSON is taken as such, anything else as text",
    arguments: [
      ("a=1", #"{"a":1}"#), ("a=1.50", #"{"a":1.50}"#), ("a=true", #"{"a":true}"#),
      ("a=max", #"{"a":"max"}"#), ("a=", #"{"a":""}"#), ("a=\"1\"", #"{"a":"1"}"#),
      ("a=[1,2]", #"{"a":[1,2]}"#), ("a=b=c", #"{"a":"b=c"}"#), ("a=1,5", #"{"a":"1,5"}"#),
    ])
  func words(word: String, object: String) throws {
    #expect(try CommandArguments.object([word]).text() == object)
  }

  @Test(
    "words that are no arguments are usage errors",
    arguments: [
      (["command", "p", "c", "word"], "expected key=value, found \"word\""),
      (["command", "p", "c", "=1"], "expected key=value, found \"=1\""),
      (["command", "p", "c", "a=1", "a=2"], "the key \"a\" is given twice"),
      (["command", "p", "c", "a=1", "--arguments", "{}"], "not both"),
      (["command", "p", "c", "--arguments", "[]"], "expected an object"),
      (["command", "p", "c", "--arguments", "{"], "1:2: expected a name in quotes"),
      (["start"], "name plugins, or say --all"),
      (["stop", "a", "--all"], "not both"),
      (["tap", "--limit", "0"], "--limit is at least 1"),
      (["tap", "--policy", "never"], "drop-oldest"),
      (["seek", "r", "noon"], "expected a time such as"),
      (["speed", "r", "fast"], "expected a number above zero or max"),
      (["top", "--interval", "1ms"], "100ms or more"),
      (["logs", "--level", "loud"], "warning"),
      (["logs", "--last", "-1"], "--last"),
      (["list", "--timeout", "5"], "--timeout"),
      (["completions", "csh"], "bash"),
      (["nonsense"], "nonsense"),
    ])
  func usage(arguments: [String], part: String) throws {
    let message = try #require(CommandRun.usageError(arguments))
    #expect(message.contains(part), "\(message)")
  }

  @Test("every command takes --json, --socket and --timeout")
  func common() {
    let commands = [
      ["list"], ["status", "a"], ["start", "a"], ["stop", "--all"], ["restart", "a"],
      ["pause", "a"], ["resume", "a"], ["reload"], ["config", "show"], ["command", "a", "b"],
      ["seek", "a", "2014-05-02"], ["speed", "a", "max"], ["tap"], ["top"], ["subjects"],
      ["instruments"], ["logs"], ["log-level"], ["doctor"], ["version"], ["completions", "zsh"],
      ["subscribe"], ["publish"], ["describe"], ["bench"],
    ]
    for command in commands {
      let words = command + ["--json", "--socket", "s", "--timeout", "1s"]
      #expect(CommandRun.usageError(words) == nil, "\(words)")
    }
  }

  @Test(
    "one word of log-level is a level or a plugin",
    arguments: [
      ([], "{}"), (["sim"], #"{"plugin":"sim"}"#), (["debug"], #"{"level":"debug"}"#),
      (["sim", "debug"], #"{"plugin":"sim","level":"debug"}"#),
      (["debug", "info"], #"{"plugin":"debug","level":"info"}"#),
    ])
  func logLevel(words: [String], request: String) throws {
    let command = try #require(try Enginectl.parseAsRoot(["log-level"] + words) as? LogLevelCommand)
    #expect(command.request.text() == request)
  }
}
