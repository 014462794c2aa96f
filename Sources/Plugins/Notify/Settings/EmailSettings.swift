internal import EngineCore
internal import Notifications

/// A mail to people, through a server of SMTP.
struct EmailSettings: ConfigurationRecord {
  enum Encryption: String, CaseIterable, Sendable {
    /// Nothing is said, and nobody named, before the connection is encrypted.
    case starttls
    /// From the first byte.
    case tls
    case none
  }

  static let keys: [ConfigurationKey] = [
    .required(
      "server", .text(.mailServer), "The server, `host:port`: 587 for starttls, 465 for tls."),
    .key(
      "encryption", .choice(of: Encryption.self), default: "starttls",
      "How the connection is made safe; the certificate is verified. `none` only on this machine."),
    .optional("ca", .path, "Certificates that the server's is checked against, in PEM."),
    .optional("user", .text(.notEmpty), "Who sends, for servers that ask."),
    .optional("password", .text(.notEmpty), secret: true, "Such as `${SMTP_PASSWORD}`."),
    .required("from", .text(.mailAddress), "The sender's address."),
    .required("to", .list(.text(.mailAddress), count: 1...100), "Who gets it."),
    .key("subject", .string, default: "[{severity}] {rule}: {state}", "The subject, with fields."),
    .key(
      "text", .string,
      default:
        "{title}\n\nRule {rule} for {symbol} is {state} since {time}: {value} ({threshold}).\n",
      "The text for the first notification, with fields; of a group the titles of the others follow."
    ),
  ]

  let server: String
  let encryption: Encryption
  let ca: String?
  let user: String?
  let password: String?
  let from: String
  let to: [String]
  let subject: TextTemplate?
  let text: TextTemplate?

  init(from object: inout ConfigurationObject) {
    server = object.string("server")
    encryption = object.choice("encryption", as: Encryption.self)
    ca = object.optionalString("ca")
    user = object.optionalString("user")
    password = object.optionalString("password")
    from = object.string("from")
    to = object.strings("to")
    subject = object.template("subject")
    text = object.template("text")
    if let missing = MailCall.missing {
      object.fault(at: "server", expected: "libcurl for mail (\(missing))")
    }
    let isHere = ["127.", "localhost:", "[::1]"].contains { server.hasPrefix($0) }
    if encryption == .none, !isHere || password != nil {
      object.fault(
        at: "encryption", expected: "\"starttls\" or \"tls\" for another machine or a password",
        found: "\"none\"")
    }
    if (user == nil) != (password == nil) {
      object.fault(
        at: user == nil ? "password" : "user", expected: "\"user\" and \"password\" together",
        found: "one of them")
    }
  }

  var url: String { "\(encryption == .tls ? "smtps" : "smtp")://\(server)" }
}

extension TextRule {
  static let mailServer = TextRule("a server such as \"mail.example.com:587\"") { text in
    guard let address = ListenAddress(text) else { return false }
    return address.port > 0 && !address.isWildcard
  }

  static let mailAddress = TextRule(
    "an address such as \"desk@example.com\"", pattern: "^[^@\\s]+@[^@\\s]+$"
  ) { MailMessage.isAddress($0) }
}
