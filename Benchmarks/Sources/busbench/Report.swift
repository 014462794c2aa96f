/// The result of one run: one JSON line.
struct Report {
  var options: Options
  var events: UInt64
  var seconds: Double
  var checksumOK: Bool
  var latency: Histogram?
  var behindMaxNanos: UInt64 = 0
  var allocations: Int64?
  var allocatedBytes: Int64 = 0

  var line: String {
    var fields = [
      "\"system\":\"\(options.system)\"", "\"workload\":\"\(options.workload)\"",
      "\"mode\":\"\(options.mode)\"", "\"topology\":\"\(options.topology)\"",
      "\"batch\":\(options.batch)", "\"payload\":\"\(options.payload)\"", "\"events\":\(events)",
      "\"seconds\":\(seconds)", "\"rate\":\(UInt64(Double(events) / seconds))",
      "\"p50_ns\":\(quantile(0.5))", "\"p99_ns\":\(quantile(0.99))",
      "\"p999_ns\":\(quantile(0.999))", "\"max_ns\":\(latency.map { "\($0.max)" } ?? "null")",
      "\"checksum_ok\":\(checksumOK)",
    ]
    if latency != nil { fields.append("\"behind_max_ns\":\(behindMaxNanos)") }
    if let allocations {
      let perTenThousand = Double(allocations) * 10_000 / Double(events)
      fields.append("\"allocations\":\(allocations)")
      fields.append("\"allocated_bytes\":\(allocatedBytes)")
      fields.append("\"allocations_per_10k\":\(perTenThousand)")
    }
    return "{\(fields.joined(separator: ","))}"
  }

  private func quantile(_ quantile: Double) -> String {
    latency.map { "\($0.quantile(quantile))" } ?? "null"
  }
}
