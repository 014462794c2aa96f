/// What the engine's process takes of the machine, for plugins that tell others.
public struct ProcessFigures: Sendable, Equatable {
  /// Time on processors since it began.
  public var cpuNanos: UInt64
  /// Memory in RAM, and address space.
  public var residentBytes: UInt64
  public var virtualBytes: UInt64
  public var threads: UInt64
  /// Files and sockets that are open, and how many may be.
  public var openFiles: UInt64
  public var openFilesMax: UInt64

  public init(
    cpuNanos: UInt64, residentBytes: UInt64, virtualBytes: UInt64, threads: UInt64,
    openFiles: UInt64, openFilesMax: UInt64
  ) {
    self.cpuNanos = cpuNanos
    self.residentBytes = residentBytes
    self.virtualBytes = virtualBytes
    self.threads = threads
    self.openFiles = openFiles
    self.openFilesMax = openFilesMax
  }
}

/// Answers what the process takes.
public protocol ProcessReporting: Sendable {
  /// The figures of this moment; any thread may ask. Nil where the system does not tell.
  func figures() -> ProcessFigures?
}

extension CapabilityKey<any ProcessReporting> {
  /// What the process takes. Offered by the program that runs the engine.
  public static var processFigures: Self {
    CapabilityKey(name: "figures of the process", providers: [])
  }
}
