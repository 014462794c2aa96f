/// The settings of a plugin: the `config` object of its entry in the file.
///
/// The table of keys is the only place where names, types, defaults and docs are written; the
/// initializer reads values by name and checks what no single key can say.
///
/// ```swift
/// public struct ReplaySettings: PluginSettings {
///   public static let keys: [ConfigurationKey] = [
///     .required("file", .path, "The file to replay."),
///     .key("speed", .number(atLeast: 0), default: 1, "How many times faster than recorded."),
///   ]
///   public let file: String
///   public let speed: Double
///
///   public init(from object: inout ConfigurationObject) {
///     file = object.string("file")
///     speed = object.number("speed")
///   }
/// }
/// ```
public protocol PluginSettings: ConfigurationRecord {}
