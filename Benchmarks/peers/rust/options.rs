//! The command line and the result line that every driver of the kit shares.

use crate::histogram::Histogram;

pub struct Options {
    pub workload: String,
    pub topology: String,
    pub producers: usize,
    pub readers: usize,
    pub batch: usize,
    pub word: bool,
    pub park: bool,
    pub pin: bool,
    pub ring_bytes: usize,
    pub events: u64,
    pub seconds: f64,
}

pub fn fail(message: &str, detail: &str) -> ! {
    eprintln!("{message}: {detail}");
    std::process::exit(64)
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> T {
    value.parse().unwrap_or_else(|_| fail("expected a number after", name))
}

impl Options {
    pub fn parse() -> Options {
        let mut options = Options {
            workload: "W1".into(),
            topology: "1to1".into(),
            producers: 1,
            readers: 1,
            batch: 1,
            word: false,
            park: false,
            pin: false,
            ring_bytes: 0,
            events: 0,
            seconds: 1.0,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            if name == "--pin" {
                options.pin = true;
                continue;
            }
            let value = arguments.next().unwrap_or_else(|| fail("no value for", &name));
            options.set(&name, &value);
        }
        if options.ring_bytes == 0 {
            options.ring_bytes = if options.word { 512 << 10 } else { 8 << 20 };
        }
        options
    }

    fn set(&mut self, name: &str, value: &str) {
        match name {
            "--workload" => self.workload = value.into(),
            "--payload" => self.word = value == "word",
            "--wait" => self.park = value == "park",
            "--batch" => self.batch = number(name, value),
            "--ring-bytes" => self.ring_bytes = number(name, value),
            "--events" => self.events = number(name, value),
            "--seconds" => self.seconds = number(name, value),
            "--topology" => self.set_topology(value),
            _ => fail("unknown option", name),
        }
    }

    fn set_topology(&mut self, value: &str) {
        (self.producers, self.readers) = match value {
            "1to1" => (1, 1),
            "1to3" => (1, 3),
            "3to1" => (3, 1),
            _ => fail("--topology takes 1to1, 1to3 or 3to1, not", value),
        };
        self.topology = value.into();
    }

    pub fn print(&self, events: u64, seconds: f64, latency: Option<(&Histogram, u64)>, ok: bool) {
        let times = match latency {
            None => r#""p50_ns":null,"p99_ns":null,"p999_ns":null,"max_ns":null"#.to_string(),
            Some((h, behind)) => format!(
                r#""p50_ns":{},"p99_ns":{},"p999_ns":{},"max_ns":{},"behind_max_ns":{}"#,
                h.quantile(0.5), h.quantile(0.99), h.quantile(0.999), h.max, behind
            ),
        };
        println!(
            concat!(
                r#"{{"system":"rust-mpsc","workload":"{}","mode":"{}","topology":"{}","batch":{},"#,
                r#""payload":"{}","events":{},"seconds":{:.6},"rate":{:.0},{},"checksum_ok":{}}}"#
            ),
            self.workload,
            if self.park { "park" } else { "spin" },
            self.topology,
            self.batch,
            if self.word { "word" } else { "record" },
            events,
            seconds,
            events as f64 / seconds,
            times,
            ok
        );
    }
}

extern "C" {
    fn sched_setaffinity(pid: i32, size: usize, mask: *const u64) -> i32;
}

/// Thread n on core n, modulo the cores there are.
pub fn pin_to_core(pin: bool, thread: usize) {
    if !pin {
        return;
    }
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get()).min(64);
    let mask = [1u64 << (thread % cores)];
    // Safe: the mask is as long as the size says; pid 0 is the calling thread.
    unsafe { sched_setaffinity(0, 8, mask.as_ptr()) };
}
