internal import Synchronization

/// Threads for work that blocks: one for each piece that is under way, so that nobody waits for
/// what hangs. Who asks bounds how many these are. One that has nothing to do waits a moment for
/// more: a thread for each message of a crowd would cost as much as the messages.
public final class BlockingThreads: Sendable {
  private static let lingerNanos: Int64 = 1_000_000_000

  private struct Job: Sendable {
    var run: @Sendable () -> Void
  }

  private final class Worker: Sendable {
    let parker = Parker()
    let job = Mutex<Job?>(nil)

    func take() -> Job? {
      job.withLock { job in
        defer { job = nil }
        return job
      }
    }
  }

  private let name: String
  private let isBackground: Bool
  /// Those that wait for a job; who is given one is taken out.
  private let idle = Mutex<[Worker]>([])

  /// - Parameter isBackground: others go before these where there are not enough processors.
  public init(name: String, isBackground: Bool = false) {
    self.name = name
    self.isBackground = isBackground
  }

  /// Nil when the system has no thread left. Any thread may call it.
  public func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result? {
    await withCheckedContinuation { continuation in
      let isUnderWay = start { continuation.resume(returning: body()) }
      if !isUnderWay { continuation.resume(returning: nil) }
    }
  }

  /// False when the system has no thread left. Any thread may call it.
  public func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    let job = Job(run: body)
    let worker = idle.withLock { idle in
      let worker = idle.popLast()
      worker?.job.withLock { $0 = job }
      return worker
    }
    guard let worker else { return begin(job) }
    worker.parker.unpark()
    return true
  }

  private func begin(_ job: Job) -> Bool {
    let worker = Worker()
    worker.job.withLock { $0 = job }
    return LaneThread.start(name: name, isBackground: isBackground) { [self] in
      while let job = worker.take() {
        job.run()
        wait(worker)
      }
    }
  }

  /// Waits until there is more to do, or for as long as a thread waits for that.
  private func wait(_ worker: Worker) {
    idle.withLock { $0.append(worker) }
    worker.parker.park(nanos: Self.lingerNanos)
    idle.withLock { idle in idle.removeAll { $0 === worker } }
  }
}
