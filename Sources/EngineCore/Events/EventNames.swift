/// Names of what events refer to by number.
public protocol EventNames: Sendable {
  /// The name of an id in a namespace, of an instrument its key; nil when the id is not known.
  func name(_ id: UInt32, in namespace: DefinitionNamespace) -> String?
}

extension Catalog: EventNames {}
