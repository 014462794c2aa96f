/// The latencies of all subscribers of one thread.
final class LatencyLog {
  var histogram = LatencyHistogram()
}
