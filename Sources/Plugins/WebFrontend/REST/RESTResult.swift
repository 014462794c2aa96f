/// An answer that was made away from the event loop, on its way back.
struct RESTResult: Sendable {
  let connection: UInt64
  let answer: HTTPAnswer
}
