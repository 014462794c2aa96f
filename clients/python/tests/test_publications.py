"""Publishing through lost connections: everything exactly once."""

import struct
import unittest

import support
from tickwire.errors import ProtocolError
from tickwire.names import Namespace
from tickwire import encode
from tickwire.publication import Publication
from world import World


class Publications(unittest.TestCase):
    def publication(self, world, **more):
        publication = Publication(
            world.session, "me", **{"compress": False, "most": 1 << 20, "frame": 700, **more}
        )  # fmt: skip
        world.session.add(publication)
        return publication

    def give(self, publication, key="EURUSD"):
        sequence = publication.sequence + 1
        instrument = publication.id_of(Namespace.INSTRUMENT, key)
        publication.add(sequence, encode.trade(sequence, 0, 0, instrument, sequence, 1, 1, 1, 0, 1))

    def test_random_cuts_publish_everything_exactly_once(self):
        for seed in range(120):
            with self.subTest(seed=seed):
                world = World(seed)
                rng = world.rng
                world.settle(3)
                publication = self.publication(world, compress=bool(seed % 2))
                for _ in range(150):
                    for _ in range(rng.randrange(4)):
                        self.give(publication, rng.choice(("A", "B@X", "C", "D")))
                    if rng.random() < 0.5:
                        publication.send()
                    if rng.random() < 0.06:
                        world.cut()
                    world.step(rng.choice((1, 40, 500, 1 << 20)))
                publication.finish_sending()
                for _ in range(600):
                    if rng.random() < 0.02:
                        world.cut()
                    world.step()
                    if publication.ended:
                        break
                self.assertTrue(publication.ended)
                self.assertIsNone(publication.error)
                total = publication.sequence
                self.assertGreater(total, 100)
                # The fifth instrument is refused by the fake server; four are used here.
                self.assertEqual(
                    [sequence for _, sequence, _ in world.engine.published],
                    list(range(1, total + 1)),
                )
                self.assertEqual(publication.undecided_bytes, 0)
                prices = [struct.unpack_from("<q", r, 16)[0] for _, _, r in world.engine.published]
                self.assertEqual(prices, list(range(1, total + 1)))

    def test_rejects_are_named_and_counted(self):
        world = World(1)
        publication = self.publication(world)
        for key in "ABCDEA":
            self.give(publication, key)
        publication.finish_sending()
        world.settle(60)
        self.assertTrue(publication.ended)
        (reject,) = publication.rejects
        self.assertEqual((reject.sequence, reject.code), (5, 7))
        self.assertIn("PERMISSION_DENIED", str(reject))
        self.assertEqual(publication.acknowledgement.rejected, 1)

    def test_a_server_that_gives_no_credit_is_waited_for(self):
        world = World(2)
        publication = self.publication(world, most=2_000)
        world.settle()
        world.side.stalled = True
        given = 0
        while publication.has_room:
            self.give(publication)
            publication.send()
            given += 1
            world.settle(2)
            self.assertLess(given, 1_000)
        self.assertFalse(publication.decided)
        self.assertGreaterEqual(publication.undecided_bytes, 2_000)
        # The credit was 2,000 bytes: what is over it by more than one frame is still here.
        (server,) = world.side.publications.values()
        self.assertGreater(server.credit + 12 + 700, 0)

    def test_an_acknowledgement_of_what_was_never_sent_is_a_fault(self):
        world = World(3)
        publication = self.publication(world)
        world.settle()
        ack = struct.pack("<QQQQQIH", 9, 9, 0, 7, 0, 0, 0)
        world.side.send(support.MESSAGE, 0, publication.stream, ack)
        world.settle()
        self.assertIsInstance(publication.error, ProtocolError)

    def test_a_server_without_memory_of_it_gets_the_rest_again(self):
        world = World(4)
        publication = self.publication(world)
        for _ in range(3):
            self.give(publication)
        publication.send()
        world.settle()
        world.engine = support.Engine(epoch=8)
        world.cut()
        self.give(publication)
        publication.finish_sending()
        world.settle(60)
        self.assertTrue(publication.ended)
        self.assertEqual([s for _, s, _ in world.engine.published], [4])


if __name__ == "__main__":
    unittest.main()
