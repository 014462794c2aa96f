internal import EngineCore

/// What Linux says of this process.
struct ProcessReport: ProcessReporting {
  func figures() -> ProcessFigures? {
    guard let memory = SystemFiles.memoryBytes(), let cpu = SystemFiles.cpuNanos() else {
      return nil
    }
    return ProcessFigures(
      cpuNanos: cpu, residentBytes: memory.resident, virtualBytes: memory.virtual,
      threads: UInt64(SystemFiles.threadCount()), openFiles: SystemFiles.openFileCount(),
      openFilesMax: SystemFiles.openFilesMax())
  }
}
