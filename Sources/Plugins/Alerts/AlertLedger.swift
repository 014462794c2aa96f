internal import EngineCore

/// Numbers transitions, and knows which of their events are not in the log yet.
struct AlertLedger {
  private struct Entry {
    var number: UInt64
    var event: Event
  }

  /// Of the newest transition.
  private(set) var number: UInt64
  /// Of the newest one whose event was read from the log.
  private(set) var told: UInt64
  private var waiting: [Entry] = []
  private var head = 0

  init(number: UInt64 = 0, told: UInt64 = 0) {
    self.number = number
    self.told = told
  }

  var isWaiting: Bool { head < waiting.count }

  /// The next transition; gives its number.
  mutating func add(_ event: Event) -> UInt64 {
    number += 1
    waiting.append(Entry(number: number, event: event))
    return number
  }

  /// One of before, which was numbered then.
  mutating func restore(_ event: Event, number: UInt64) {
    waiting.append(Entry(number: number, event: event))
  }

  /// An alert of this plugin in the log. What should have come before and did not never will.
  mutating func meet(_ event: Event) {
    let found = waiting[head...].firstIndex { entry in
      var made = entry.event
      made.sequence = event.sequence
      return made == event
    }
    guard let found else { return }
    told = waiting[found].number
    head = found + 1
    guard head >= 1024 || head == waiting.count else { return }
    waiting.removeFirst(head)
    head = 0
  }

  /// Events that the log lacks, oldest first.
  var owed: [Event] { waiting[head...].map(\.event) }
}
