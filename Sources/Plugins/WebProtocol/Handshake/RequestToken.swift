/// Finds the token that a request shows.
public enum RequestToken {
  /// From `Authorization: Bearer TOKEN`, `X-API-Key: TOKEN` or `?token=TOKEN`, in this order; nil
  /// when there is none.
  public static func find(headers: [HandshakeHeader], query: String) -> String? {
    for value in headers.values("Authorization") {
      let parts = value.split(separator: " ", maxSplits: 1)
      if parts.count == 2, parts[0].lowercased() == "bearer" {
        return String(parts[1].drop { $0 == " " })
      }
    }
    if let key = headers.values("X-API-Key").first, !key.isEmpty { return key }
    let token = URLText.query(query)?.first { $0.name == "token" && !$0.value.isEmpty }
    return token?.value
  }
}
