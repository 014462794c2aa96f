internal import EngineCore
internal import Notifications

/// A program that is run for each message.
struct CommandSettings: ConfigurationRecord {
  static let keys: [ConfigurationKey] = [
    .required(
      "program", .text(.program),
      "The program. No shell is between: arguments reach it as they are."),
    .key(
      "arguments", .list(of: .string, atMost: 256), default: [],
      "Its arguments, with fields such as `{rule}`. The payload comes on its standard input."),
    .key(
      "environment", .map(.string), default: [:], secret: true,
      "Its variables, with fields; others than these, `PATH` and `TICKWIRE_KEY` it has none."),
    .optional("directory", .path, "Where it runs; without it where the engine runs."),
  ]

  let program: String
  let arguments: [TextTemplate]
  let environment: [NamedTemplate]
  let directory: String?

  init(from object: inout ConfigurationObject) {
    program = object.string("program")
    arguments = object.templates("arguments")
    environment = object.templateMap("environment")
    directory = object.optionalString("directory")
    for variable in environment
    where variable.name.isEmpty
      || variable.name.unicodeScalars.contains(where: { "=\0".unicodeScalars.contains($0) })
    {
      object.fault(
        at: "environment", expected: "names of variables",
        found: JSONValue.string(variable.name).summary)
    }
  }
}
