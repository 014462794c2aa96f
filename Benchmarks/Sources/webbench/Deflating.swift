import CBench
import EngineCore
import WebProtocol

/// Batches of events, each compressed once for all clients.
enum Deflating {
  static func run(_ arguments: Arguments) -> String {
    let perBatch = arguments.events > 0 ? arguments.events : 50
    let made = MadeEvents(20_000, kind: arguments.kind)
    var encoder = EventEncoder(made.catalog, format: arguments.format)
    var batches: [[UInt8]] = []
    for start in stride(from: 0, to: made.events.count - perBatch + 1, by: perBatch) {
      var runs: [UInt8] = []
      for event in made.events[start..<start + perBatch] {
        encoder.append(event, isListed: true, to: &runs)
      }
      batches.append(EventBatch.text(subscription: 1, runs: runs))
    }
    let deflater = MessageDeflater(keepsContext: false)
    var before = 0
    var after = 0
    var output: [UInt8] = []
    let began = bench_now()
    repeat {
      for batch in batches {
        output.removeAll(keepingCapacity: true)
        deflater.append(batch.span.bytes, to: &output)
        before += batch.count
        after += output.count
      }
    } while Double(bench_now() - began) / 1e9 < arguments.seconds
    let seconds = Double(bench_now() - began) / 1e9
    return "{\"system\":\"tickwire\",\"workload\":\"deflate\",\"events_per_batch\":\(perBatch),"
      + "\"bytes_per_second\":\(UInt64(Double(before) / seconds)),"
      + "\"ratio\":\(Double(after) / Double(before))}"
  }
}
