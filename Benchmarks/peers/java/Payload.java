import com.lmax.disruptor.EventFactory;

/**
 * What an event holds, and how it is filled and read. One process uses one of the two, so that
 * the calls below are direct and inlined.
 */
abstract class Payload<E> {
  abstract EventFactory<E> factory();

  abstract void fill(E event, long i);

  abstract void stamp(E event, long nanos);

  abstract long stampOf(E event);

  abstract long sum(E event);

  abstract int words();

  /** The sum over events 0 to n − 1, modulo 2^64: word k of event i is i(2k + 1) + 1000003k. */
  final long expected(long n) {
    long triangle = n % 2 == 0 ? n / 2 * (n - 1) : (n - 1) / 2 * n;
    long sum = 0;
    for (int k = 0; k < words(); k++) {
      sum += triangle * (2 * k + 1) + n * k * 1000003L;
    }
    return sum;
  }

  static final class Trade {
    long seq;
    long header;
    long price;
    long size;
    long tsEvent;
    long tsRecv;
    long venueSeq;
    long aux;
  }

  static final class Trades extends Payload<Trade> {
    @Override EventFactory<Trade> factory() { return Trade::new; }

    @Override void fill(Trade event, long i) {
      event.seq = i;
      event.header = i * 3 + 1000003L;
      event.price = i * 5 + 2 * 1000003L;
      event.size = i * 7 + 3 * 1000003L;
      event.tsEvent = i * 9 + 4 * 1000003L;
      event.tsRecv = i * 11 + 5 * 1000003L;
      event.venueSeq = i * 13 + 6 * 1000003L;
      event.aux = i * 15 + 7 * 1000003L;
    }

    @Override void stamp(Trade event, long nanos) { event.tsEvent = nanos; }

    @Override long stampOf(Trade event) { return event.tsEvent; }

    @Override long sum(Trade event) {
      return event.seq + event.header + event.price + event.size
          + event.tsEvent + event.tsRecv + event.venueSeq + event.aux;
    }

    @Override int words() { return 8; }
  }

  /** One value an event, as in the Disruptor's own performance tests. */
  static final class Word {
    long value;
  }

  static final class Words extends Payload<Word> {
    @Override EventFactory<Word> factory() { return Word::new; }

    @Override void fill(Word event, long i) { event.value = i; }

    @Override void stamp(Word event, long nanos) { event.value = nanos; }

    @Override long stampOf(Word event) { return event.value; }

    @Override long sum(Word event) { return event.value; }

    @Override int words() { return 1; }
  }
}
