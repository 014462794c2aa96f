import ArgumentParser

/// The binary frontend that a command is for.
struct FeedTarget: ParsableArguments, Sendable {
  @Option(
    help: ArgumentHelp(
      "Where a binary frontend listens: host:port, [v6]:port or unix:/path. Default: "
        + "$TICKWIRE_ADDRESS, else 127.0.0.1:9000.",
      valueName: "address"))
  var address: AddressArgument?

  @OptionGroup var access: FeedAccess

  func place(in environment: ProcessEnvironment) throws(ControlError) -> FeedPlace {
    try FeedPlace.choose(address, access, in: environment)
  }
}
