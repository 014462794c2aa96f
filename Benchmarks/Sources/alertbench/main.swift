import Glibc

let arguments = Arguments(Array(CommandLine.arguments.dropFirst()))
let line: String
do {
  switch arguments.workload {
  case "W6": line = try Matching.run(arguments)
  default: fail("no workload \(arguments.workload)")
  }
} catch {
  fail("\(error)")
}
print(line)
exit(line.contains("\"checksum_ok\":true") ? 0 : 1)
