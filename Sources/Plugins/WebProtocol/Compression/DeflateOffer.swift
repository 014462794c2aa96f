/// What a client wants of compression, and how it reads the answer.
public struct DeflateOffer: Equatable, Sendable {
  public var parameters: DeflateParameters

  /// An offer; by default one that leaves everything to the server.
  public init(_ parameters: DeflateParameters? = nil) {
    var open = DeflateParameters()
    open.clientMaxWindowBits = 0
    self.parameters = parameters ?? open
  }

  /// What the server has agreed to; nil when it does not compress.
  ///
  /// - Throws: when it answers what was not offered: the client closes with 1010.
  public func agreement(
    _ answer: [ExtensionItem]
  ) throws(WebSocketError) -> DeflateAgreement? {
    func fault(_ reason: String) -> WebSocketError { WebSocketError(.mandatoryExtension, reason) }
    guard let item = answer.first else { return nil }
    guard answer.count == 1, item.name == DeflateParameters.name else {
      throw fault("the server answers an extension that was not offered")
    }
    guard let given = DeflateParameters(item, isOffer: false) else {
      throw fault("the server answers parameters that there are not")
    }
    if let bits = given.clientMaxWindowBits {
      guard let offered = parameters.clientMaxWindowBits, offered == 0 || bits <= offered else {
        throw fault("the server sets a window for the client that was not offered")
      }
    }
    if let limit = parameters.serverMaxWindowBits {
      guard let bits = given.serverMaxWindowBits, bits <= limit else {
        throw fault("the server's window is larger than asked for")
      }
    }
    if parameters.serverNoContextTakeover, !given.serverNoContextTakeover {
      throw fault("the server keeps its context, which it was asked not to")
    }
    return DeflateAgreement(given)
  }
}
