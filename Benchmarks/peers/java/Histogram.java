/** Log-linear counts: 128 buckets for each power of two, so a value is known to within 1 %. */
final class Histogram {
  private static final int SUB = 128;
  private final long[] counts = new long[58 * SUB];
  private long total;
  private long max;

  void add(long value) {
    counts[bucketOf(value)]++;
    total++;
    if (value > max) max = value;
  }

  long max() {
    return max;
  }

  long quantile(double quantile) {
    long rank = (long) (quantile * total);
    long seen = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      seen += counts[bucket];
      if (seen > rank) return middleOf(bucket);
    }
    return max;
  }

  private static int bucketOf(long value) {
    if (value < SUB) return (int) Math.max(0, value);
    int shift = 63 - 7 - Long.numberOfLeadingZeros(value);
    return shift * SUB + (int) (value >>> shift);
  }

  private static long middleOf(int bucket) {
    if (bucket < 2 * SUB) return bucket;
    int shift = bucket / SUB - 1;
    return ((long) (bucket - shift * SUB) << shift) + (1L << shift) / 2;
  }
}
