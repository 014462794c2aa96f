import EngineCore
import Synchronization

/// The two outputs of a command: answers go to one, errors and remarks to the other.
final class Output: Sendable {
  /// Whether answers are JSON.
  let isJSON: Bool
  /// How answers may look.
  let style: Style
  /// How errors may look.
  let errorStyle: Style
  /// Whether answers go to a terminal.
  let isTerminal: Bool
  private let answers: any ByteSink
  private let errors: any ByteSink
  private let screenSize: @Sendable () -> WindowSize?
  private let ownsScreen = Mutex(false)

  init(
    isJSON: Bool, style: Style = .plain, errorStyle: Style = .plain, isTerminal: Bool = false,
    answers: any ByteSink, errors: any ByteSink,
    screenSize: @escaping @Sendable () -> WindowSize? = { nil }
  ) {
    self.isJSON = isJSON
    self.style = style
    self.errorStyle = errorStyle
    self.isTerminal = isTerminal
    self.answers = answers
    self.errors = errors
    self.screenSize = screenSize
  }

  /// The process's own outputs, as the options and the terminal want them.
  static func standard(_ options: CommonOptions) -> Output {
    // By its convention NO_COLOR counts when it is not empty, whatever it says.
    let mayColour =
      System.variable("NO_COLOR", or: "").isEmpty && System.variable("TERM", or: "") != "dumb"
    let isTerminal = System.isTerminal(1)
    let width = isTerminal ? System.windowSize(1)?.columns : nil
    return Output(
      isJSON: options.json, style: Style(hasColours: mayColour && isTerminal, width: width),
      errorStyle: Style(hasColours: mayColour && System.isTerminal(2), width: nil),
      isTerminal: isTerminal, answers: DescriptorSink(descriptor: 1),
      errors: DescriptorSink(descriptor: 2), screenSize: { System.windowSize(1) })
  }

  /// Writes lines in one piece.
  func lines(_ lines: [String]) throws(ControlError) {
    guard !lines.isEmpty else { return }
    try answers.write(Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  /// Writes a value on a line of its own.
  func json(_ value: JSONValue) throws(ControlError) { try lines([value.text()]) }

  /// Writes bytes as they are.
  func bytes(_ bytes: [UInt8]) throws(ControlError) {
    if !bytes.isEmpty { try answers.write(bytes) }
  }

  /// Writes on the error output what whoever reads the answers should know of them.
  func notice(_ text: String) {
    guard !isJSON else {
      return tell(JSONValue.object([("notice", .string(text))]).text() + "\n")
    }
    tell(errorStyle.paint("notice:", .yellow) + " \(PlainText.line(text))\n")
  }

  /// Writes a remark for a person at a terminal, who alone would wonder why nothing comes.
  func remark(_ text: String) {
    guard isTerminal, !isJSON else { return }
    tell(errorStyle.paint(text, .dim) + "\n")
  }

  /// Tells what went wrong and what to do, unless that was said.
  func report(_ error: ControlError) {
    guard !error.message.isEmpty else { return }
    if isJSON { return tell(error.json.text() + "\n") }
    tell(ErrorText.lines(error, style: errorStyle).joined(separator: "\n") + "\n")
  }

  private func tell(_ text: String) {
    // Nobody can be told that the error output is broken.
    try? errors.write(Array(text.utf8))
  }

  // MARK: Full screen

  /// The size of the terminal now.
  var screen: WindowSize { screenSize() ?? WindowSize(columns: 80, rows: 24) }

  /// Takes the whole screen; what was on it comes back with `restoreScreen`.
  func takeScreen() throws(ControlError) {
    ownsScreen.withLock { $0 = true }
    try answers.write(Array(Screen.enter.utf8))
  }

  /// Replaces what is on the screen.
  func draw(_ lines: [String]) throws(ControlError) {
    try answers.write(Array(Screen.frame(lines).utf8))
  }

  /// Gives the screen back, if it was taken. Any thread may call it.
  func restoreScreen() {
    let isOwner = ownsScreen.withLock { owns in
      defer { owns = false }
      return owns
    }
    // At the end of the program a terminal that is gone needs nothing back.
    if isOwner { try? answers.write(Array(Screen.leave.utf8)) }
  }
}
