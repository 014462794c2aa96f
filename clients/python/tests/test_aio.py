"""The asyncio client over real sockets, against the server of `support`."""

import asyncio
import unittest

import support
from sockets import FAST, Sockets
import tickwire
from tickwire import aio
from tickwire.errors import DeadlineExceeded, Unavailable, Unimplemented


class Asyncio(Sockets):
    def test_the_same_as_the_blocking_client(self):
        listener = self.listen()

        async def main():
            async with aio.connect(listener.address, reconnect=FAST) as client:
                subscription = client.subscribe(">", start=tickwire.Position(7, 1), compress=True)
                await subscription.wait_for_answer()
                seen = []
                self.engine.emit(300)
                listener.push()
                async for event in subscription:
                    seen.append(event.sequence)
                    if event.sequence in (40, 41, 150):
                        listener.cut()
                    if event.sequence == 300:
                        break
                self.assertEqual(seen, list(range(1, 301)))
                self.assertEqual(subscription.position, (7, 301))
                self.assertIsNone(await subscription.next_batch(0.02))
                async with client.publish("me", buffer=2_000) as publisher:
                    for number in range(300):
                        await publisher.trade("EURUSD", number + 1)
                        if number == 100:
                            listener.cut()
                    self.assertEqual((await publisher.wait()).decided, 300)
                replies = await asyncio.gather(*(client.call("echo", b"%d" % n) for n in range(50)))
                self.assertEqual(replies, [b"%d" % n for n in range(50)])
                with self.assertRaises(DeadlineExceeded):
                    await client.call("never", timeout=0.05)
                with self.assertRaises(Unimplemented):
                    await client.call("nope")
                self.assertEqual((await client.describe()).protocol_version, 1)
                self.assertEqual(await subscription.update(flush=0.5), (0.0, 0.5))

        asyncio.run(main())
        self.assertEqual([s for _, s, _ in self.engine.published], list(range(1, 301)))

    def test_cancelled_tasks_and_closing(self):
        listener = self.listen()

        async def main():
            client = await aio.connect(listener.address)
            task = asyncio.create_task(client.call("never"))
            await asyncio.sleep(0.02)
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task
            subscription = client.subscribe(">")
            await subscription.wait_for_answer()

            async def read():
                return [event async for event in subscription]

            reading = asyncio.create_task(read())
            await asyncio.sleep(0.02)
            await client.close()
            self.assertEqual(await reading, [])
            with self.assertRaises(tickwire.TickwireError):
                await client.health()

        asyncio.run(main())
        self.assertEqual(len(listener.sides[0].cancelled), 1)

    def test_nobody_there(self):
        listener = support.Listener(self.engine)
        listener.close()

        async def main():
            with self.assertRaises(Unavailable):
                await aio.connect(listener.address)

        asyncio.run(main())


if __name__ == "__main__":
    unittest.main()
