/// What a server wants of compression, and how it answers what clients offer.
public struct DeflatePolicy: Equatable, Sendable {
  /// Whether messages to a client refer to earlier ones: smaller, at the price of a compressor of
  /// its own for every client. Without it a message is compressed once for all.
  public var keepsServerContext: Bool
  /// Whether a client may do that: it costs a window for every client.
  public var keepsClientContext: Bool
  /// The largest windows, 9…15: a server's costs 2^(bits + 2) bytes, a client's 2^bits.
  public var serverWindowBits: Int
  public var clientWindowBits: Int

  public init(
    keepsServerContext: Bool = false, keepsClientContext: Bool = false, serverWindowBits: Int = 15,
    clientWindowBits: Int = 15
  ) {
    self.keepsServerContext = keepsServerContext
    self.keepsClientContext = keepsClientContext
    self.serverWindowBits = min(max(serverWindowBits, 9), 15)
    self.clientWindowBits = min(max(clientWindowBits, 8), 15)
  }

  /// Answers the first offer that can be met; nil when there is none.
  public func answer(
    _ offers: [ExtensionItem]
  ) -> (parameters: DeflateParameters, agreement: DeflateAgreement)? {
    for offer in offers {
      guard let offer = DeflateParameters(offer, isOffer: true) else { continue }
      let parameters = answer(offer)
      return (parameters, DeflateAgreement(parameters))
    }
    return nil
  }

  private func answer(_ offer: DeflateParameters) -> DeflateParameters {
    var answer = DeflateParameters()
    answer.serverNoContextTakeover = offer.serverNoContextTakeover || !keepsServerContext
    answer.clientNoContextTakeover = offer.clientNoContextTakeover || !keepsClientContext
    // A client that named no window gets one of 15 bits unless it is told: any may be told.
    let server = min(offer.serverMaxWindowBits ?? 15, serverWindowBits)
    if offer.serverMaxWindowBits != nil || server < 15 { answer.serverMaxWindowBits = server }
    // Only a client that named the parameter understands it.
    if let wish = offer.clientMaxWindowBits {
      let client = min(wish == 0 ? 15 : wish, clientWindowBits)
      if client < 15 { answer.clientMaxWindowBits = client }
    }
    return answer
  }
}
