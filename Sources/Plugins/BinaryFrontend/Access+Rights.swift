internal import BinaryProtocol
internal import Fanout

extension Access.Grant {
  /// As clients are told.
  var rights: AuthenticateReply.Rights {
    var rights: AuthenticateReply.Rights = []
    if !subscribe.isEmpty { rights.insert(.subscribe) }
    if !publish.isEmpty { rights.insert(.publish) }
    if isAdmin { rights.insert(.admin) }
    return rights
  }
}
