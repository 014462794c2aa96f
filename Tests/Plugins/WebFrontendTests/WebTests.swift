import Testing

/// Whole engines and clients on real sockets, one after the other: beside each other they would
/// measure how many there are.
@Suite("A web frontend and its clients", .serialized)
enum WebTests {}
