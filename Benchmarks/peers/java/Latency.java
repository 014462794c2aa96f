import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.RingBuffer;
import java.util.concurrent.CountDownLatch;

/** lat200k: one producer on an absolute schedule of 200,000 events a second, one reader. */
final class Latency {
  private static final long PERIOD_NANOS = 5_000;
  private static final double WARM_UP_SECONDS = 1.5;

  /** A whole pass as warm-up, then the measured one, in code that is compiled by then. */
  static <E> void run(Options options, Payload<E> payload) throws Exception {
    if (options.producers != 1 || options.readers != 1 || payload.words() != 8) {
      throw new IllegalArgumentException("lat200k runs 1to1 with the whole record");
    }
    RingBuffer<E> ring = DisruptorBench.ring(options, payload);
    Pass<E> warm = new Pass<>(ring, payload, (long) (WARM_UP_SECONDS * 1e9 / PERIOD_NANOS), 0);
    warm.run();
    System.gc();
    // As in the C driver, the first half second is the threads' own start.
    long events = (long) (options.seconds * 1e9 / PERIOD_NANOS);
    Pass<E> pass = new Pass<>(ring, payload, events, 100_000);
    pass.run();
    boolean ok = pass.seen == events + 100_000;
    DisruptorBench.print(
        options, events, options.seconds, pass.latency, pass.behindMaxNanos, ok);
  }

  private static final class Pass<E> implements EventHandler<E> {
    final Histogram latency = new Histogram();
    long behindMaxNanos;
    long seen;
    private final RingBuffer<E> ring;
    private final Payload<E> payload;
    private final long events;
    private final long ignored;
    private final CountDownLatch done = new CountDownLatch(1);

    Pass(RingBuffer<E> ring, Payload<E> payload, long events, long ignored) {
      this.ring = ring;
      this.payload = payload;
      this.events = events + ignored;
      this.ignored = ignored;
    }

    void run() throws Exception {
      BatchEventProcessor<E> processor =
          new BatchEventProcessor<>(ring, ring.newBarrier(), this);
      // The ring is used twice: this reader starts where the last pass ended.
      processor.getSequence().set(ring.getCursor());
      ring.addGatingSequences(processor.getSequence());
      Thread reader = new Thread(processor);
      Thread producer = new Thread(this::pace);
      reader.start();
      producer.start();
      done.await();
      processor.halt();
      producer.join();
      reader.join();
      ring.removeGatingSequence(processor.getSequence());
    }

    private void pace() {
      long started = System.nanoTime() + 20_000_000;
      for (long i = 0; i < events; i++) {
        long due = started + i * PERIOD_NANOS;
        while (System.nanoTime() < due) { }
        long at = ring.next();
        E event = ring.get(at);
        payload.fill(event, i);
        long stamp = System.nanoTime();
        payload.stamp(event, stamp);
        ring.publish(at);
        if (i >= ignored) behindMaxNanos = Math.max(behindMaxNanos, stamp - due);
      }
    }

    @Override public void onEvent(E event, long sequence, boolean endOfBatch) {
      long hop = System.nanoTime() - payload.stampOf(event);
      if (seen >= ignored) latency.add(hop);
      if (++seen == events) done.countDown();
    }
  }
}
