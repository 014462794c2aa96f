"""The server of `server` on real sockets."""

import socket
import ssl
import threading

from server import ServerSide


class Listener:
    """A `ServerSide` behind a real socket, on a thread of its own. `behave` may change each."""

    def __init__(self, engine, make=ServerSide, path=None, context=None, behave=None):
        self.engine = engine
        self.make = make
        self.context = context
        self.behave = behave
        self.sides = []
        self.lock = threading.RLock()
        self.stopping = False
        self.sockets = {}
        if path:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.bind(path)
            self.address = f"unix:{path}"
        else:
            self.socket = socket.socket()
            self.socket.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.socket.listen(16)
        self.threads = [threading.Thread(target=self.accept, daemon=True)]
        self.threads[0].start()

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            if self.stopping:
                connection.close()
                return
            thread = threading.Thread(target=self.serve, args=(connection,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def serve(self, connection):
        if self.context:
            try:
                connection = self.context.wrap_socket(connection, server_side=True)
            except (ssl.SSLError, OSError):
                connection.close()
                return
        with self.lock:
            side = self.make(self.engine)
            side.lock = self.lock
            side.number = len(self.sides)
            self.sides.append(side)
            self.sockets[side] = connection
        try:
            while True:
                data = connection.recv(1 << 16)
                if not data:
                    break
                with self.lock:
                    side.receive(data)
                    if self.behave:
                        self.behave(side)
                    side.pump()
                    out = side.take()
                if out:
                    connection.sendall(out)
                if side.closed:
                    break
        except OSError:
            pass
        finally:
            connection.close()

    def push(self):
        """Sends to all connections what is due."""
        with self.lock:
            for side, connection in list(self.sockets.items()):
                side.pump()
                out = side.take()
                if out and connection.fileno() >= 0:
                    try:
                        connection.sendall(out)
                    except OSError:
                        pass

    def cut(self):
        """Breaks every connection, as a crash would."""
        with self.lock:
            for connection in self.sockets.values():
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def close(self):
        self.stopping = True
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()
        self.cut()
        for thread in self.threads:
            thread.join(5)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
