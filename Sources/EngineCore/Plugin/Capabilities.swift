internal import Synchronization

/// Names a kind of question that plugins answer to each other, where events are for facts.
///
/// `Answer` is usually an existential, such as `any BarHistory`; implementations are asked from any
/// thread and answer through their own inbox. Each kind is a static member of an extension:
/// `extension CapabilityKey<any BarHistory> { static var barHistory: Self { … } }`.
public struct CapabilityKey<Answer: Sendable>: Sendable {
  /// What it provides, for people: `bar history`.
  public var name: String
  /// Types of plugins that can offer it.
  public var providers: [String]

  public init(name: String, providers: [String]) {
    self.name = name
    self.providers = providers
  }
}

/// Who offers what right now. Any thread may use it.
public final class Capabilities: Sendable {
  private struct Offer: Sendable {
    var key: String
    var plugin: String
    var answer: any Sendable
  }

  private let offers = Mutex<[Offer]>([])

  public init() {}

  func offer<Answer: Sendable>(_ answer: Answer, as key: CapabilityKey<Answer>, by plugin: String) {
    offers.withLock { $0.append(Offer(key: key.name, plugin: plugin, answer: answer)) }
  }

  func withdraw(by plugin: String) {
    offers.withLock { $0.removeAll { $0.plugin == plugin } }
  }

  /// The first that is offered.
  public func find<Answer: Sendable>(
    _ key: CapabilityKey<Answer>
  ) throws(PluginError) -> Answer {
    let found = offers.withLock { offers in
      offers.lazy.filter { $0.key == key.name }.compactMap { $0.answer as? Answer }.first
    }
    if let found { return found }
    throw PluginError(
      "no running plugin provides \(key.name)",
      hint: "start one of: \(key.providers.joined(separator: ", "))")
  }
}
