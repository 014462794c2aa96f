public protocol PluginSettings: Sendable, Equatable {
}
