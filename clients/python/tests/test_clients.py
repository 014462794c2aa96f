"""The blocking client over real sockets, against the server of `support`."""

import asyncio
import gc
import os
import ssl
import tempfile
import threading
import unittest

import support
from sockets import FAST, Sockets, certificate, first
import tickwire
from tickwire import aio
from tickwire.address import Address
from tickwire.errors import (
    DeadlineExceeded, InvalidArgument, ProtocolError, Unauthenticated, Unavailable,
    Unimplemented,
)  # fmt: skip


class Addresses(unittest.TestCase):
    def test_addresses_are_read_and_written(self):
        for text, wanted in (
            ("127.0.0.1:9000", "127.0.0.1:9000"), ("localhost", "localhost:9000"),
            ("[::1]:7", "[::1]:7"), ("unix:/run/x.sock", "unix:/run/x.sock"),
            ("/run/x.sock", "unix:/run/x.sock"), ("unix:x.sock", "unix:x.sock"),
            ("[::1]", "[::1]:9000"),
        ):  # fmt: skip
            self.assertEqual(str(Address.parse(text)), wanted)
        for text in ("", "host:port", "host:0", "host:70000", ":9000"):
            with self.assertRaises(InvalidArgument):
                Address.parse(text)


class Blocking(Sockets):
    def test_the_five_minute_example(self):
        listener = self.listen()
        with tickwire.connect(listener.address) as client:
            subscription = client.subscribe("trade.>", start="snapshot")
            events = iter(subscription)
            shown = first(events, 4)
            self.assertEqual([e.snapshot for e in shown[:3]], [True] * 3)
            self.assertTrue(shown[3].snapshot_end)
            self.engine.emit(2)
            listener.push()
            self.assertEqual([e.sequence for e in first(events, 2)], [1, 2])
            self.assertEqual(subscription.position, (7, 3))
            self.assertEqual(subscription.warnings, ("a warning",))
            self.assertTrue(client.health().ready)
            self.assertEqual(client.server.server, "fake")
            self.assertEqual([m.name for m in client.describe().methods], ["health", "subscribe"])
            self.assertEqual(client.call("echo", b"abc"), b"abc")
            with self.assertRaises(Unimplemented) as caught:
                client.call("nope")
            self.assertIn("describe", caught.exception.hint)

    def test_a_lost_connection_mends_itself_without_hole_or_duplicate(self):
        listener = self.listen()
        with tickwire.connect(listener.address, reconnect=FAST) as client:
            subscription = client.subscribe(">", start=tickwire.Position(7, 1), compress=True)
            events, seen = iter(subscription), []
            for round in range(12):
                self.engine.emit(20, step=2)
                listener.push()
                seen += [e.sequence for e in first(events, 10 + round % 3)]
                listener.cut()
            self.engine.emit(1)
            while seen[-1] < self.engine.next - 1:
                seen += [e.sequence for e in first(events, 1)]
            self.assertEqual(seen, [sequence for sequence, _ in self.engine.log])
            self.assertGreater(client.connections, 2)

    def test_publishing_waits_for_the_servers_word(self):
        listener = self.listen()
        with tickwire.connect(listener.address, reconnect=FAST) as client:
            with client.publish("me", batch=16, buffer=4_096) as publisher:
                for number in range(500):
                    publisher.trade("EURUSD", "1.25", 2, 1_000 + number, "sell")
                    if number % 120 == 60:
                        listener.cut()
                acknowledgement = publisher.wait()
                self.assertEqual(acknowledgement.decided, 500)
                publisher.quote("EURUSD", bid="1.2", ask_size=3)
                publisher.bar("EURUSD", "1m", 0, 60, 1, 2, "0.5", "1.5", volume_e9=2**65)
                publisher.correction("EURUSD", 7, 0, 1)
                publisher.watermark(0, 60, spec="1m")
                publisher.status(tickwire.StatusCode.HALTED, instrument="EURUSD", reason="test")
        self.assertEqual([s for _, s, _ in self.engine.published], list(range(1, 506)))
        kinds = [record[8] for _, _, record in self.engine.published[500:]]
        self.assertEqual(kinds, [2, 3, 5, 6, 8])

    def test_a_publisher_that_has_no_credit_blocks_and_goes_on(self):
        listener = self.listen()
        client = tickwire.connect(listener.address)
        self.addCleanup(client.close)
        publisher = client.publish("me", buffer=1_000)
        publisher.trade("A", 1)
        publisher.wait()
        with listener.lock:
            listener.sides[0].stalled = True
        done = threading.Event()

        def publish():
            for _ in range(200):
                publisher.trade("A", 1)
            done.set()

        thread = threading.Thread(target=publish, daemon=True)
        thread.start()
        self.assertFalse(done.wait(0.2))
        with self.assertRaises(DeadlineExceeded):
            publisher.wait(0.05)
        with listener.lock:
            side = listener.sides[0]
            side.stalled = False
            for publication in side.publications.values():
                side.acknowledge(publication, 1 << 16)
        listener.push()
        self.assertTrue(done.wait(20))
        thread.join()
        self.assertEqual(publisher.close().accepted, 201)

    def test_bad_arguments_are_refused_here(self):
        listener = self.listen()
        with tickwire.connect(listener.address) as client:
            for bad in (
                {"policy": "sometimes"}, {"start": "yesterday"}, {"conflation": 4_000.0},
                {"flush": -1.0}, {"start": __import__("datetime").datetime(2026, 1, 1)},
            ):  # fmt: skip
                with self.assertRaises(InvalidArgument):
                    client.subscribe(">", **bad)
            for subjects in ((), ("",), ("x" * 1_025,), ("x",) * 1_025):
                with self.assertRaises(InvalidArgument):
                    client.subscribe(*subjects)
            publisher = client.publish("me")
            for bad in (
                lambda: publisher.trade("A"), lambda: publisher.trade("A", "x"),
                lambda: publisher.trade("A", 1, side="up"),
                lambda: publisher.trade("A", 1, price_e9=1),
                lambda: publisher.trade("A", 1, time=2**70),
            ):  # fmt: skip
                with self.assertRaises(InvalidArgument):
                    bad()
            publisher.trade("A", 1)
            self.assertEqual(publisher.close().decided, 1)
            with self.assertRaises(tickwire.TickwireError):
                publisher.trade("A", 1)

    def test_tokens(self):
        tokens = {"s3cret": ("desk", 3)}
        listener = self.listen(make=lambda e: support.ServerSide(e, tokens=tokens))
        with tickwire.connect(listener.address) as client:
            self.assertTrue(client.health().ready)
            with self.assertRaises(Unauthenticated):
                first(client.subscribe(">"), 1)
            identity = client.authenticate("s3cret")
            self.assertEqual(identity.name, "desk")
            self.assertEqual(identity.rights, tickwire.Rights.SUBSCRIBE | tickwire.Rights.PUBLISH)
            client.subscribe(">").wait_for_answer()
        with tickwire.connect(listener.address, token="s3cret") as client:
            self.assertNotIn("s3cret", repr(client.options))
            client.subscribe(">").wait_for_answer()

    def test_unix_sockets(self):
        with tempfile.TemporaryDirectory() as folder:
            listener = self.listen(path=os.path.join(folder, "s"))
            with tickwire.connect(listener.address) as client:
                self.assertTrue(client.health().ready)

    def test_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            files = certificate(folder)
            if files is None:
                self.skipTest("no openssl to make a certificate with")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*files)
            listener = self.listen(context=context)
            with self.assertRaises(Unavailable):
                tickwire.connect(listener.address, tls=True)
            trusting = ssl.create_default_context(cafile=files[0])
            with tickwire.connect(listener.address, tls=trusting, reconnect=FAST) as client:
                self.engine.emit(3_000)
                events = iter(client.subscribe(">", start=tickwire.Position(7, 1)))
                self.assertEqual(len(first(events, 3_000)), 3_000)
                listener.cut()
                self.engine.emit(1)
                self.assertEqual(first(events, 1)[0].sequence, 3_001)

            async def main():
                async with aio.connect(listener.address, tls=trusting) as client:
                    self.assertTrue((await client.health()).ready)

            asyncio.run(main())

    def test_nobody_there_and_garbage(self):
        listener = support.Listener(self.engine)
        listener.close()
        with self.assertRaises(Unavailable) as caught:
            tickwire.connect(listener.address)
        self.assertIn(listener.address, caught.exception.message)

        class Garbage(support.ServerSide):
            def receive(self, data):
                self.out += b"HTTP/1.1 400 Bad Request\r\n\r\n"

        with self.assertRaises(ProtocolError) as caught:
            tickwire.connect(self.listen(make=Garbage).address)
        self.assertIn("frame length", caught.exception.message)

        class Silent(support.ServerSide):
            def receive(self, data):
                pass

        with self.assertRaises(Unavailable):
            tickwire.connect(self.listen(make=Silent).address, timeout=0.1)

    def test_several_threads_share_a_client(self):
        listener = self.listen()
        self.engine.emit(400)
        with tickwire.connect(listener.address) as client:
            results = {}

            def read(name):
                subscription = client.subscribe(">", start=tickwire.Position(7, 1))
                results[name] = [e.sequence for e in first(subscription, 400)]

            def call(name):
                results[name] = [client.call("echo", b"%d" % n) for n in range(100)]

            threads = [threading.Thread(target=read, args=(n,)) for n in range(3)]
            threads += [threading.Thread(target=call, args=(n,)) for n in range(3, 6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
            for name in range(3):
                self.assertEqual(results[name], list(range(1, 401)))
            for name in range(3, 6):
                self.assertEqual(results[name], [b"%d" % n for n in range(100)])

    def test_keep_alive_is_answered_while_nobody_waits(self):
        listener = self.listen()
        with tickwire.connect(listener.address):
            with listener.lock:
                listener.sides[0].send(support.PING, 0, 0, (77).to_bytes(8, "little"))
            listener.push()
            answered = threading.Event()
            for _ in range(100):
                if answered.wait(0.05) or listener.sides[0].pongs:
                    break
            self.assertEqual(listener.sides[0].pongs, [77])

    def test_timeouts(self):
        listener = self.listen()
        with tickwire.connect(listener.address) as client:
            with self.assertRaises(DeadlineExceeded):
                client.call("never", timeout=0.05)
            subscription = client.subscribe(">")
            subscription.wait_for_answer()
            self.assertIsNone(subscription.next_batch(timeout=0.05))
            self.assertFalse(subscription.ended)
            self.assertEqual(subscription.update(conflation=0.25), (0.25, 0.0))

    def test_what_nobody_holds_is_cancelled_and_closing_ends_quietly(self):
        listener = self.listen()
        client = tickwire.connect(listener.address)
        for _ in client.subscribe(">", start="snapshot"):
            break
        gc.collect()
        # The first may be answered before the cancel is read, the second not.
        client.health()
        client.health()
        self.assertEqual(len(listener.sides[0].cancelled), 1)
        subscription = client.subscribe(">")
        subscription.wait_for_answer()
        ended = []
        thread = threading.Thread(target=lambda: ended.append(list(subscription)))
        thread.start()
        client.close()
        thread.join(20)
        self.assertEqual(ended, [[]])
        self.assertTrue(subscription.ended)
        with self.assertRaises(tickwire.TickwireError):
            client.health()


if __name__ == "__main__":
    unittest.main()
