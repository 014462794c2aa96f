package import EngineCore

/// A secret, and what those who know it may do.
package struct TokenSettings: Sendable, Equatable, ConfigurationRecord {
  package static let keys: [ConfigurationKey] = [
    .required("name", .text(.notEmpty), "Who it is for; shown in lists and logs."),
    .required("token", .text(.notEmpty), secret: true, "The secret, such as `${FEED_TOKEN}`."),
    .key("subscribe", .list(of: .subject, atMost: 256), default: [">"], "What it may read."),
    .key("publish", .list(of: .subject, atMost: 256), default: [], "What it may publish."),
    .key("admin", .boolean, default: false, "Whether it may control the engine."),
  ]

  package let name: String
  package let token: String
  package let subscribe: [SubjectPattern]
  package let publish: [SubjectPattern]
  package let isAdmin: Bool

  package init(from object: inout ConfigurationObject) {
    name = object.string("name")
    token = object.string("token")
    // Their form was checked with the file.
    subscribe = object.strings("subscribe").compactMap { try? SubjectPattern(parsing: $0) }
    publish = object.strings("publish").compactMap { try? SubjectPattern(parsing: $0) }
    isAdmin = object.boolean("admin")
  }

  package var grant: Access.Grant {
    Access.Grant(name: name, subscribe: subscribe, publish: publish, isAdmin: isAdmin)
  }
}
