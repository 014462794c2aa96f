internal import EngineCore

/// What commands about bars are given.
extension CommandReader {
  func spec() throws(PluginError) -> BarSpec {
    do throws(BarSpecError) {
      return try BarSpec(parsing: try textForSpec())
    } catch {
      throw PluginError(error.description)
    }
  }

  private func textForSpec() throws(BarSpecError) -> String {
    guard let text = optionalText("spec") else {
      throw BarSpecError(text: "", expected: "\"spec\" in the arguments, such as \"1m\"")
    }
    return text
  }
}
