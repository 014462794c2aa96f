import Glibc

let options = Options(Array(CommandLine.arguments.dropFirst()))
let report =
  switch options.workload {
  case "W1": Throughput.run(options)
  case "lat200k": Latency.run(options)
  case "allocs": Allocations.run(options)
  case "publish", "deliver": Instructions.run(options)
  default: fail("no workload \(options.workload)")
  }
print(report.line)
exit(report.checksumOK ? 0 : 1)
