/// Where the decoder is: what it needs to name a value in a fault.
struct ConfigurationSpot {
  var path = ""
  /// The variable that gave this value or one it is inside of.
  var variable: String?
  /// Whether a key on the way here is declared secret, or the value comes from a reference.
  var isSecret = false
  /// Whether a key on the way here is declared secret.
  var isDeclaredSecret = false
  /// The place of the object that lacks the key, for defaults.
  var defaultPlace: ConfigurationPlace?
}
