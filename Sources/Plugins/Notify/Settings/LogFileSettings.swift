internal import EngineCore
internal import Notifications

/// A file that gets a line for each message.
struct LogFileSettings: ConfigurationRecord {
  static let keys: [ConfigurationKey] = [
    .required("file", .path, "The file; made when it is not there, opened anew for each message."),
    .optional(
      "text", .string,
      "The line, with fields such as `{rule}`; without it the payload as JSON."),
  ]

  let file: String
  let text: TextTemplate?

  init(from object: inout ConfigurationObject) {
    file = object.string("file")
    text = object.template("text")
  }
}
