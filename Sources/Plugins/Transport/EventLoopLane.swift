public import EngineCore
public import NIOCore
internal import NIOPosix
internal import Synchronization

/// A lane on an event loop of its own: sockets and bus are served by one thread in turn.
public final class EventLoopLane: LaneLoop {
  /// Everything in it belongs to the loop's thread.
  private final class Turning {
    var turn: (@Sendable () -> LaneRest)?
    var alarm: Scheduled<Void>?
    var alarmAt = NIODeadline.distantFuture
    var isTurning = false
    /// Asked for during the turn.
    var wantsTurn = false
    /// Since when turn has followed turn; nil after a rest.
    var busySince: NIODeadline?
  }

  /// So long at most turn follows turn before sockets are looked at.
  private static let busyMax = TimeAmount.milliseconds(5)
  /// Far enough in the future that the loop goes to look at its sockets.
  private static let breath = TimeAmount.microseconds(20)

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
    if eventLoop.inEventLoop, turning.value.isTurning {
      turning.value.wantsTurn = true
      return
    }
    guard !hasEnded.load(ordering: .relaxed),
      !isDue.exchange(true, ordering: .acquiringAndReleasing)
    else { return }
    eventLoop.execute { [self] in run() }
  }

  /// Whether somebody waits for a turn.
  public var isAwaited: Bool { isDue.load(ordering: .relaxed) }

  public func end() {
    guard !hasEnded.exchange(true, ordering: .acquiringAndReleasing) else { return }
    if eventLoop.inEventLoop {
      turning.value.turn = nil
      turning.value.alarm?.cancel()
    }
    group.shutdownGracefully { _ in }
  }

  /// Takes a turn now, on the loop, unless one is under way.
  public func turnNow() {
    guard eventLoop.inEventLoop, !turning.value.isTurning else { return wake() }
    run()
  }

  private func run() {
    let state = turning.value
    isDue.store(false, ordering: .releasing)
    guard let turn = state.turn, !hasEnded.load(ordering: .relaxed) else { return }
    state.wantsTurn = false
    state.isTurning = true
    let rest = turn()
    state.isTurning = false
    if state.wantsTurn { return goOn() }
    switch rest {
    case .none: return goOn()
    case .nanos(let nanos): setAlarm(nanos: nanos)
    case .untilWoken: break
    }
    state.busySince = nil
  }

  /// The next turn, at once. But the loop does not look at its sockets before every task is done,
  /// those that tasks leave among them: now and then it is given the time to.
  private func goOn() {
    let now = NIODeadline.now()
    let since = turning.value.busySince ?? now
    turning.value.busySince = since
    guard now - since >= Self.busyMax else { return wake() }
    guard !hasEnded.load(ordering: .relaxed),
      !isDue.exchange(true, ordering: .acquiringAndReleasing)
    else { return }
    turning.value.busySince = nil
    eventLoop.scheduleTask(deadline: now + Self.breath) { [self] in run() }
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
