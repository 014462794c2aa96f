internal import EngineCore
internal import Notifications

/// A topic of a server that pushes messages to phones, in the way of ntfy.
struct NtfySettings: ConfigurationRecord {
  static let keys: [ConfigurationKey] = [
    .required("url", .text(.webURL), "The server, such as `https://ntfy.example.com`."),
    .required("topic", .text(.channel), "The topic; who knows its name can read it."),
    .optional("token", .text(.headerValue), secret: true, "The access token, if it needs one."),
    .key("title", .string, default: "{rule}: {state}", "The title, with fields."),
    .key("text", .string, default: "{title}", "The text, with fields."),
    .optional("ca", .path, "Certificates that the server's is checked against, in PEM."),
  ]

  let url: String
  let topic: String
  let token: String?
  let title: TextTemplate?
  let text: TextTemplate?
  let ca: String?

  init(from object: inout ConfigurationObject) {
    url = object.string("url")
    topic = object.string("topic")
    token = object.optionalString("token")
    title = object.template("title")
    text = object.template("text")
    ca = object.optionalString("ca")
  }
}
