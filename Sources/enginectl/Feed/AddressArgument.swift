import ArgumentParser
import Transport

/// The address of a server on the command line.
struct AddressArgument: ExpressibleByArgument, Equatable, Sendable {
  var address: ConnectAddress

  init?(argument: String) {
    guard let address = ConnectAddress(argument) else { return nil }
    self.address = address
  }
}
