/** The command line that every driver of the kit understands. */
final class Options {
  String workload = "W1";
  String topology = "1to1";
  String payload = "record";
  String wait = "spin";
  int producers = 1;
  int readers = 1;
  int batch = 1;
  long ringBytes;
  long events;
  double seconds = 1.0;

  static Options parse(String[] arguments) {
    Options options = new Options();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      options.set(arguments[i], arguments[i + 1]);
    }
    if (arguments.length % 2 != 0) {
      throw new IllegalArgumentException("no value for " + arguments[arguments.length - 1]);
    }
    if (options.ringBytes == 0) {
      options.ringBytes = options.payload.equals("word") ? 512 << 10 : 8 << 20;
    }
    return options;
  }

  private void set(String name, String value) {
    switch (name) {
      case "--workload" -> workload = value;
      case "--payload" -> payload = value;
      case "--wait" -> wait = value;
      case "--batch" -> batch = Integer.parseInt(value);
      case "--ring-bytes" -> ringBytes = Long.parseLong(value);
      case "--events" -> events = Long.parseLong(value);
      case "--seconds" -> seconds = Double.parseDouble(value);
      case "--topology" -> {
        topology = value;
        producers = value.charAt(0) - '0';
        readers = value.charAt(3) - '0';
      }
      default -> throw new IllegalArgumentException("unknown option " + name);
    }
  }
}
