import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;
import com.lmax.disruptor.dsl.ProducerType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;

/** The LMAX Disruptor under W1 and lat200k, put together as in its own performance tests. */
final class DisruptorBench {
  /** Enough rounds for the second compiler to be done with every loop. */
  private static final int WARM_UP_ROUNDS = 4;

  public static void main(String[] arguments) throws Exception {
    Options options = Options.parse(arguments);
    Payload<?> payload =
        options.payload.equals("word") ? new Payload.Words() : new Payload.Trades();
    switch (options.workload) {
      case "W1" -> throughput(options, payload);
      case "lat200k" -> Latency.run(options, payload);
      default -> throw new IllegalArgumentException("no workload " + options.workload);
    }
  }

  static <E> RingBuffer<E> ring(Options options, Payload<E> payload) {
    long slots = Long.highestOneBit(options.ringBytes / (8L * payload.words()));
    WaitStrategy wait = switch (options.wait) {
      case "spin" -> new YieldingWaitStrategy();
      case "busy" -> new BusySpinWaitStrategy();
      case "park" -> new BlockingWaitStrategy();
      default -> throw new IllegalArgumentException("--wait takes spin, busy or park");
    };
    ProducerType type = options.producers > 1 ? ProducerType.MULTI : ProducerType.SINGLE;
    return RingBuffer.create(type, payload.factory(), (int) slots, wait);
  }

  private static <E> void throughput(Options options, Payload<E> payload) throws Exception {
    long events = whole(options, options.events > 0 ? options.events : 200_000);
    for (int i = 0; i < WARM_UP_ROUNDS; i++) {
      Round<E> warm = new Round<>(options, payload, events);
      warm.run();
      if (options.events == 0) {
        double share = i + 1 < WARM_UP_ROUNDS ? 0.25 : 1.0;
        events = whole(options, (long) (events / warm.seconds() * options.seconds * share));
      }
    }
    Round<E> round = new Round<>(options, payload, events);
    round.run();
    print(options, events, round.seconds(), null, 0, round.checksumOk());
    System.exit(round.checksumOk() ? 0 : 1);
  }

  private static long whole(Options options, long events) {
    long unit = (long) options.producers * options.batch;
    return Math.max(1, events / unit) * unit;
  }

  static void print(
      Options options, long events, double seconds, Histogram latency, long behind, boolean ok) {
    String times = "\"p50_ns\":null,\"p99_ns\":null,\"p999_ns\":null,\"max_ns\":null";
    if (latency != null) {
      times = String.format(Locale.ROOT,
          "\"p50_ns\":%d,\"p99_ns\":%d,\"p999_ns\":%d,\"max_ns\":%d,\"behind_max_ns\":%d",
          latency.quantile(0.5), latency.quantile(0.99), latency.quantile(0.999), latency.max(),
          behind);
    }
    System.out.printf(Locale.ROOT,
        "{\"system\":\"disruptor\",\"workload\":\"%s\",\"mode\":\"%s\",\"topology\":\"%s\","
            + "\"batch\":%d,\"payload\":\"%s\",\"events\":%d,\"seconds\":%.6f,\"rate\":%.0f,"
            + "%s,\"checksum_ok\":%b}%n",
        options.workload, options.wait, options.topology, options.batch, options.payload, events,
        seconds, events / seconds, times, ok);
  }

  /** One pass of `events` events through a new ring. */
  private static final class Round<E> {
    private final Options options;
    private final Payload<E> payload;
    private final long events;
    private final RingBuffer<E> ring;
    private final List<Reader<E>> readers = new ArrayList<>();
    private final CyclicBarrier start;
    private final CountDownLatch done;
    private long startedAt = Long.MAX_VALUE;

    Round(Options options, Payload<E> payload, long events) {
      this.options = options;
      this.payload = payload;
      this.events = events;
      ring = ring(options, payload);
      start = new CyclicBarrier(options.producers);
      done = new CountDownLatch(options.readers);
    }

    void run() throws Exception {
      System.gc();
      List<BatchEventProcessor<E>> processors = new ArrayList<>();
      for (int i = 0; i < options.readers; i++) {
        Reader<E> reader = new Reader<>(payload, events - 1, done);
        readers.add(reader);
        processors.add(new BatchEventProcessor<>(ring, ring.newBarrier(), reader));
      }
      ring.addGatingSequences(
          processors.stream().map(BatchEventProcessor::getSequence).toArray(Sequence[]::new));
      List<Thread> threads = new ArrayList<>();
      for (BatchEventProcessor<E> processor : processors) threads.add(new Thread(processor));
      for (int p = 0; p < options.producers; p++) {
        long share = events / options.producers;
        long first = share * p;
        threads.add(new Thread(() -> produce(first, first + share)));
      }
      for (Thread thread : threads) thread.start();
      done.await();
      for (BatchEventProcessor<E> processor : processors) processor.halt();
      for (Thread thread : threads) thread.join();
    }

    private void produce(long first, long end) {
      try {
        start.await();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      synchronized (this) {
        startedAt = Math.min(startedAt, System.nanoTime());
      }
      if (options.batch == 1) produceSingly(first, end);
      else produceBatches(first, end, options.batch);
    }

    private void produceSingly(long first, long end) {
      for (long i = first; i < end; i++) {
        long at = ring.next();
        payload.fill(ring.get(at), i);
        ring.publish(at);
      }
    }

    private void produceBatches(long first, long end, int batch) {
      for (long i = first; i < end; i += batch) {
        long high = ring.next(batch);
        long low = high - batch + 1;
        for (int j = 0; j < batch; j++) payload.fill(ring.get(low + j), i + j);
        ring.publish(low, high);
      }
    }

    double seconds() {
      long finishedAt = readers.stream().mapToLong(reader -> reader.finishedAt).max().orElse(0);
      return (finishedAt - startedAt) / 1e9;
    }

    boolean checksumOk() {
      long expected = payload.expected(events);
      return readers.stream().allMatch(reader -> reader.sum == expected);
    }
  }

  private static final class Reader<E> implements EventHandler<E> {
    private final Payload<E> payload;
    private final long last;
    private final CountDownLatch done;
    private long sum;
    private long finishedAt;

    Reader(Payload<E> payload, long last, CountDownLatch done) {
      this.payload = payload;
      this.last = last;
      this.done = done;
    }

    @Override public void onEvent(E event, long sequence, boolean endOfBatch) {
      sum += payload.sum(event);
      if (sequence == last) {
        finishedAt = System.nanoTime();
        done.countDown();
      }
    }
  }
}
