import ArgumentParser

/// The binary frontend that a command is for.
struct FeedTarget: ParsableArguments, Sendable {
  @Option(
    help: ArgumentHelp(
      "Where a binary frontend listens: host:port, [v6]:port or unix:/path. The feed's commands go "
        + "to $TICKWIRE_ADDRESS without it, else to 127.0.0.1:9000; the others to the daemon's "
        + "socket.",
      valueName: "address"))
  var address: AddressArgument?

  @OptionGroup var access: FeedAccess

  func place(in environment: ProcessEnvironment) throws(ControlError) -> FeedPlace {
    try FeedPlace.choose(address, access, in: environment)
  }
}
