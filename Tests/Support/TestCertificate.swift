/// A certificate of "localhost" that vouches for itself, valid until 2119, and its key: made for
/// these tests, secret to nobody.
public enum TestCertificate {
  public static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBQTCB6KADAgECAgEBMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCWxvY2FsaG9z
    dDAgFw0yMDAxMDEwMDAwMDBaGA8yMTE5MTIzMTAwMDAwMFowFDESMBAGA1UEAwwJ
    bG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEAuOEXi22bjRWEvId
    MyXCrj32lHUXl6Zd2rHr+p5P+2uGi0Mv4kw9aEpJxKd4XyOya7TdSwubI00P5tfm
    UC8flKMpMCcwFAYDVR0RBA0wC4IJbG9jYWxob3N0MA8GA1UdEwEB/wQFMAMBAf8w
    CgYIKoZIzj0EAwIDSAAwRQIgBxvvl70GMzDVdAQtMbvGTz3uc7dKvknyj0ep4DFX
    0oYCIQDzbESZO8xoT7NOu7iQpg9c7GlbRuqHNOkWh3TfhYs3aA==
    -----END CERTIFICATE-----

    """

  public static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgrAtUEzTZlOB9pWCi
    KKTXpS9dKVY31+XJYaDsYVI9YpyhRANCAAQC44ReLbZuNFYS8h0zJcKuPfaUdReX
    pl3asev6nk/7a4aLQy/iTD1oSknEp3hfI7JrtN1LC5sjTQ/m1+ZQLx+U
    -----END PRIVATE KEY-----

    """

  /// Another one of the same name, which the first does not vouch for.
  public static let secondCertificate = """
    -----BEGIN CERTIFICATE-----
    MIIBYDCCAQegAwIBAgIBAjAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
    c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjExOTEyMzEwMDAwMDBaMBQxEjAQBgNVBAMM
    CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABB9q8XP9Xokhrrhw
    0F1W/OHkfyKn1G4TBIxcMIPFPTQ4ZLAIA37zgYTNNN8AUkhNMynHZ00/PDCHJFhy
    rAcFKkWjSDBGMBQGA1UdEQQNMAuCCWxvY2FsaG9zdDAPBgNVHRMBAf8EBTADAQH/
    MB0GA1UdDgQWBBQ0/dYDkleMThg8E7HbKg+jam5sWDAKBggqhkjOPQQDAgNHADBE
    AiAreVUX/aCbobqYxWjltIUZJFdRn9qYlEhcAOct4tuHAAIgOi2SBV8lj26zOFqX
    RlBnbmat+uzygDkeXqcFbiLELYQ=
    -----END CERTIFICATE-----

    """

  public static let secondKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2VKOS2F7ZuczEdT9
    TE3K5EWMqOROTmU/34yv+saxYNShRANCAAQfavFz/V6JIa64cNBdVvzh5H8ip9Ru
    EwSMXDCDxT00OGSwCAN+84GEzTTfAFJITTMpx2dNPzwwhyRYcqwHBSpF
    -----END PRIVATE KEY-----

    """
}
