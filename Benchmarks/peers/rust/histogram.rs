//! Log-linear counts: 128 buckets for each power of two, so a value is known to within 1 %.

const SUB: u64 = 128;

pub struct Histogram {
    counts: Vec<u64>,
    total: u64,
    pub max: u64,
}

impl Histogram {
    pub fn new() -> Self {
        Histogram { counts: vec![0; 58 * SUB as usize], total: 0, max: 0 }
    }

    pub fn add(&mut self, value: u64) {
        self.counts[bucket_of(value)] += 1;
        self.total += 1;
        self.max = self.max.max(value);
    }

    pub fn quantile(&self, quantile: f64) -> u64 {
        let rank = (quantile * self.total as f64) as u64;
        let mut seen = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen > rank {
                return middle_of(bucket as u64);
            }
        }
        self.max
    }
}

fn bucket_of(value: u64) -> usize {
    if value < SUB {
        return value as usize;
    }
    let shift = 63 - 7 - value.leading_zeros() as u64;
    (shift * SUB + (value >> shift)) as usize
}

fn middle_of(bucket: u64) -> u64 {
    if bucket < 2 * SUB {
        return bucket;
    }
    let shift = bucket / SUB - 1;
    ((bucket - shift * SUB) << shift) + (1 << shift) / 2
}
