public import EngineCore
public import NIOCore
internal import NIOPosix
internal import Synchronization

/// A lane on an event loop of its own: sockets and bus are served by one thread in turn.
public final class EventLoopLane: LaneLoop {
  /// Everything below belongs to the loop's thread.
  private struct Turning {
    var turn: (@Sendable () -> LaneRest)?
    var alarm: Scheduled<Void>?
    var alarmAt = NIODeadline.distantFuture
  }

  public let eventLoop: any EventLoop
  private let group: MultiThreadedEventLoopGroup
  private let turning: NIOLoopBoundBox<Turning>
  /// A turn is on its way.
  private let isDue = Atomic<Bool>(false)
  private let hasEnded = Atomic<Bool>(false)

  public init() {
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    eventLoop = group.next()
    turning = NIOLoopBoundBox.makeBoxSendingValue(Turning(), eventLoop: eventLoop)
  }

  deinit { end() }

  public func begin(turn: @escaping @Sendable () -> LaneRest) {
    eventLoop.execute { [self] in
      turning.value.turn = turn
      run()
    }
  }

  public func wake() {
    guard !hasEnded.load(ordering: .relaxed),
      !isDue.exchange(true, ordering: .acquiringAndReleasing)
    else { return }
    eventLoop.execute { [self] in run() }
  }

  public func end() {
    guard !hasEnded.exchange(true, ordering: .acquiringAndReleasing) else { return }
    if eventLoop.inEventLoop {
      turning.value.turn = nil
      turning.value.alarm?.cancel()
    }
    group.shutdownGracefully { _ in }
  }

  private func run() {
    isDue.store(false, ordering: .releasing)
    guard let turn = turning.value.turn, !hasEnded.load(ordering: .relaxed) else { return }
    switch turn() {
    case .none: wake()
    case .nanos(let nanos): setAlarm(nanos: nanos)
    case .untilWoken: break
    }
  }

  /// An alarm that rings too early does no harm: only a later one is moved forward.
  private func setAlarm(nanos: Int64) {
    let at = NIODeadline.now() + .nanoseconds(nanos)
    guard at < turning.value.alarmAt else { return }
    turning.value.alarm?.cancel()
    turning.value.alarmAt = at
    turning.value.alarm = eventLoop.scheduleTask(deadline: at) { [weak self] in
      guard let self else { return }
      turning.value.alarmAt = .distantFuture
      run()
    }
  }
}
