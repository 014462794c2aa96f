/// Which release of Tickwire this is: the same for the daemon, the tool and their handshake.
public enum Release {
  public static let version = "0.1.0"
}
