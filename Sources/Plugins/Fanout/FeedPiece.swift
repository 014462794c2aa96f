/// Something that a feed is sent once, in its turn.
enum FeedPiece {
  case records([UInt8])
  case mark(FeedMark, next: UInt64)
}
