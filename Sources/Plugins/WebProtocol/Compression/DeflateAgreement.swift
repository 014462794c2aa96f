/// How both sides compress, once that is agreed.
public struct DeflateAgreement: Hashable, Sendable {
  /// Whether a server's message may refer to its last ones, and a client's to its.
  public var serverKeepsContext: Bool
  public var clientKeepsContext: Bool
  /// Windows, 8…15.
  public var serverWindowBits: Int
  public var clientWindowBits: Int

  public init(
    serverKeepsContext: Bool = true, clientKeepsContext: Bool = true, serverWindowBits: Int = 15,
    clientWindowBits: Int = 15
  ) {
    self.serverKeepsContext = serverKeepsContext
    self.clientKeepsContext = clientKeepsContext
    self.serverWindowBits = serverWindowBits
    self.clientWindowBits = clientWindowBits
  }

  /// What the parameters of an answer come to.
  init(_ answer: DeflateParameters) {
    self.init(
      serverKeepsContext: !answer.serverNoContextTakeover,
      clientKeepsContext: !answer.clientNoContextTakeover,
      serverWindowBits: answer.serverMaxWindowBits ?? 15,
      clientWindowBits: answer.clientMaxWindowBits ?? 15)
  }

  func keepsContext(_ sender: WebSocketRole) -> Bool {
    sender == .server ? serverKeepsContext : clientKeepsContext
  }

  func windowBits(_ sender: WebSocketRole) -> Int {
    sender == .server ? serverWindowBits : clientWindowBits
  }
}
