import Glibc

let arguments = Arguments(Array(CommandLine.arguments.dropFirst()))
switch arguments.workload {
case "encode": print(Encoding.run(arguments))
case "text": Encoding.printText(arguments)
case "messages": print(Decoding.messages(arguments))
case "unmask": print(Decoding.unmask(arguments))
case "deflate": print(Deflating.run(arguments))
default: fail("no workload \(arguments.workload)")
}
