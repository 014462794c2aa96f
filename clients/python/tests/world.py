"""A session and a server with a wire between them, without sockets."""

import random

import support
from tickwire.session import Options, Session
from tickwire.subscription import Feed, SubscribeRequest


class World:
    """A session and a server with a wire between them that can be cut anywhere."""

    def __init__(self, seed=0, engine=None, **options):
        self.rng = random.Random(seed)
        self.seed = seed
        self.engine = engine or support.Engine(seed=seed)
        self.now = 100.0
        self.session = Session(Options(**{"window": 2_000, **options}), seed)
        self.session.now = self.now
        self.side = None
        self.to_server = self.to_client = b""
        self.settings = {}
        self.sides = []

    def connect(self):
        self.session.transport_opening()
        self.side = support.ServerSide(self.engine, seed=self.rng.random(), **self.settings)
        self.sides.append(self.side)
        self.to_server = self.to_client = b""
        self.session.transport_opened(self.now)

    def cut(self):
        """Breaks the wire; what is on it is lost."""
        if self.side is not None:
            self.side = None
            self.session.transport_lost("cut", self.now)

    def step(self, most=1 << 20):
        """Moves some bytes each way. Bytes of a connection go in any pieces."""
        session = self.session
        if self.side is None:
            if session.wants_connection(self.now):
                self.connect()
            else:
                due = session.deadline()
                self.now = max(self.now, due if due is not None else self.now)
                session.tick(self.now)
            return
        self.now += 0.001
        self.to_server += session.take_output()
        size = self.rng.randint(1, most)
        piece, self.to_server = self.to_server[:size], self.to_server[size:]
        self.side.receive(piece)
        self.side.pump()
        self.to_client += self.side.take()
        size = self.rng.randint(1, most)
        piece, self.to_client = self.to_client[:size], self.to_client[size:]
        if piece:
            session.received(piece, self.now)
        else:
            session.tick(self.now)
        if session.connection is None or self.side.closed:
            self.side = None
            self.session.transport_lost("closed", self.now)

    def settle(self, steps=30):
        for _ in range(steps):
            self.step()

    def feed(self, *subjects, policy="drop-oldest", start="live", compress=False, **more):
        request = SubscribeRequest.make(
            subjects or (">",), policy, start, compress, False, 0, 0
        )  # fmt: skip
        feed = Feed(self.session, request, **{"heartbeats": False, **more})
        self.session.add(feed)
        return feed


def taken(feed, most=None):
    found = []
    while most is None or len(found) < most:
        batch = feed.pop()
        if batch is None:
            break
        found += list(batch)
    return found
