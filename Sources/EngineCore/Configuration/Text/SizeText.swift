/// Sizes as people write them: `64KiB`, `4MB`, `1.5GiB`, `512B`.
///
/// `KiB MiB GiB TiB` are powers of 1024, `kB KB MB GB TB` powers of 1000. A unit is always needed,
/// so that a reader never has to guess whether a bare number counts bytes. Values are exact bytes.
public enum SizeText {
  private static let units = UnitText(units: [
    ("TiB", 1 << 40), ("TB", 1_000_000_000_000), ("GiB", 1 << 30), ("GB", 1_000_000_000),
    ("MiB", 1 << 20), ("MB", 1_000_000), ("KiB", 1 << 10), ("KB", 1000), ("kB", 1000), ("B", 1),
  ])

  /// The size in bytes.
  /// - Throws: `UnitTextError`, also when the value is beyond `Int64`.
  public static func parse(_ text: String) throws(UnitTextError) -> Int64 {
    try units.parse(text)
  }

  /// The size in the largest unit that divides it, binary units first; `parse` reads it back to the
  /// same value.
  public static func format(_ bytes: Int64) -> String {
    let binary = units.units.filter { $0.name.utf8.count == 3 }
    let decimal = units.units.filter { $0.name.utf8.count == 2 && $0.name != "kB" }
    for (name, factor) in binary + decimal where bytes >= factor && bytes % factor == 0 {
      return "\(bytes / factor)\(name)"
    }
    return "\(bytes)B"
  }
}
