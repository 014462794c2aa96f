internal import AlertRules
internal import EngineCore
internal import GRDB

/// States as rows of `states` and `changed_states`, and words as blobs.
enum StateColumns {
  static let names = [
    "rule", "instrument", "state", "marks", "condition", "signs", "latches", "generation",
    "notifications", "suppressed", "flap_count", "flap_start", "since", "begun", "last_fired",
    "last_told", "calm_since", "value", "threshold", "unit", "cause",
  ]

  static func arguments(_ kept: KeptState) -> StatementArguments {
    let state = kept.state
    let numbers: [Int64] = [
      Int64(state.state.rawValue), Int64(state.marks.rawValue), Int64(state.condition.rawValue),
      Int64(state.memory.signs), Int64(state.memory.latches), Int64(state.generation),
      Int64(state.notifications), Int64(state.suppressed), Int64(state.flapCount),
      state.flapStart, state.since, state.begun, state.lastFired, state.lastTold,
      state.calmSince, state.value, state.threshold, Int64(state.unit.rawValue),
      Int64(bitPattern: state.cause),
    ]
    let texts: [(any DatabaseValueConvertible)?] = [kept.rule, kept.instrument]
    return StatementArguments(texts + numbers.map { $0 as (any DatabaseValueConvertible)? })
  }

  static func state(_ row: Row) throws(AlertStoreError) -> KeptState {
    let numbers = (2..<21).map { row[$0] as Int64 }
    guard let alertState = AlertState(rawValue: UInt8(clamping: numbers[0])),
      let condition = Truth(rawValue: UInt8(clamping: numbers[2])),
      let unit = AlertUnit(rawValue: UInt8(clamping: numbers[17]))
    else { throw AlertStoreError("the state of \(row[0] as String) is damaged") }
    var state = AlertInstance(rule: RuleID(0), instrument: .none)
    state.state = alertState
    state.marks = AlertInstance.Marks(rawValue: UInt8(clamping: numbers[1]))
    state.condition = condition
    state.memory = AlertMemory(
      signs: UInt32(clamping: numbers[3]), latches: UInt16(clamping: numbers[4]))
    state.generation = UInt32(clamping: numbers[5])
    state.notifications = UInt32(clamping: numbers[6])
    state.suppressed = UInt32(clamping: numbers[7])
    state.flapCount = UInt32(clamping: numbers[8])
    state.flapStart = numbers[9]
    state.since = numbers[10]
    state.begun = numbers[11]
    state.lastFired = numbers[12]
    state.lastTold = numbers[13]
    state.calmSince = numbers[14]
    state.value = numbers[15]
    state.threshold = numbers[16]
    state.unit = unit
    state.cause = UInt64(bitPattern: numbers[18])
    return KeptState(rule: row[0], instrument: row[1], state: state)
  }
}
