import NIOCore
import NIOPosix

/// A Unix socket on which something that is not the engine listens.
enum BabblingSocket {
  /// Runs a test against a socket that says this to everyone who connects.
  static func with(_ text: String, _ body: (String) async throws -> Void) async throws {
    let folder = try CannedDaemon.makeFolder()
    let path = folder + "/other.sock"
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let channel = try await ServerBootstrap(group: group)
      .childChannelInitializer { channel in
        if !text.isEmpty { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }
        return channel.eventLoop.makeSucceededVoidFuture()
      }
      .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
    let result: Result<Void, any Error>
    do { result = .success(try await body(path)) } catch { result = .failure(error) }
    try await channel.close()
    try await group.shutdownGracefully()
    CannedDaemon.remove(folder, files: ["/other.sock"])
    try result.get()
  }
}
