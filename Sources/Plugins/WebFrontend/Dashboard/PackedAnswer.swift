internal import ZlibStreams

/// An answer that stays as it is, compressed well when it is first asked for so. Lives on the event
/// loop.
final class PackedAnswer {
  let plain: HTTPAnswer
  private lazy var packed: HTTPAnswer = {
    var answer = plain
    answer.body = []
    DeflateStream(level: 9, format: .gzip).append(plain.body, flush: .finish, to: &answer.body)
    answer.headers.append(HTTPAnswer.HeaderField("Content-Encoding", "gzip"))
    return answer
  }()

  init(_ plain: HTTPAnswer) { self.plain = plain }

  func answer(to request: HTTPRequest) -> HTTPAnswer {
    AnswerPacker.isWanted(request.header("Accept-Encoding")) ? packed : plain
  }
}
