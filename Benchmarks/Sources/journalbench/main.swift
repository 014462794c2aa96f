import CBench
import EngineCore
import Glibc
import JournalFiles

func fail(_ message: String) -> Never {
  let line = Array("journalbench: \(message)\n".utf8)
  _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  exit(64)
}

let arguments = Arguments(Array(CommandLine.arguments.dropFirst()))
do {
  switch arguments.workload {
  case "append": try Appending.run(arguments)
  case "read": try Reading.run(arguments)
  case "seek": try Seeking.run(arguments)
  case "size": try Sizes.run(arguments)
  case "open": try Opening.run(arguments)
  case "compact": try Compacting.run(arguments)
  default: fail("no workload \(arguments.workload)")
  }
} catch {
  fail("\(error)")
}
