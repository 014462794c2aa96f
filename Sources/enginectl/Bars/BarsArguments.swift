import ArgumentParser
import EngineCore

/// Checks of what people write.
enum BarsArguments {
  static func check(spec: String) throws {
    do throws(BarSpecError) {
      _ = try BarSpec(parsing: spec)
    } catch {
      throw ValidationError(error.description)
    }
  }
}
