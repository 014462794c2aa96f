internal import EngineCore
internal import Notifications

/// Hours in which only what is grave is told.
struct QuietSettings: ConfigurationRecord {
  enum Except: String, CaseIterable, Sendable {
    case info
    case warning
    case critical
    case never

    var severity: NotificationSeverity? { NotificationSeverity(rawValue: rawValue) }
  }

  static let keys: [ConfigurationKey] = [
    .required("from", .text(.timeOfDay), "When they begin."),
    .required("to", .text(.timeOfDay), "When they end; on the next day where it is before `from`."),
    .key("zone", .text(.notEmpty), default: "UTC", "Whose clocks: `Europe/Zurich`."),
    .key(
      "except", .choice(of: Except.self), default: "critical",
      "From this severity on it is told all the same; the others wait for the end."),
  ]

  let hours: QuietHours

  init(from object: inout ConfigurationObject) {
    let zone = object.string("zone")
    var rules = ZoneRules.utc
    if zone != "UTC" {
      do throws(ZoneError) {
        rules = try SystemZones.load(zone)
      } catch {
        object.fault(at: "zone", expected: "a time zone such as \"Europe/Zurich\"")
      }
    }
    hours = QuietHours(
      from: QuietHours.seconds(parsing: object.string("from")) ?? 0,
      to: QuietHours.seconds(parsing: object.string("to")) ?? 0, zone: rules,
      except: object.choice("except", as: Except.self).severity)
  }
}
