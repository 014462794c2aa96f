//! Rust's standard bounded channel under W1 and lat200k. A batch is one array a send.

mod histogram;
mod latency;
mod options;

use options::{fail, Options};
use std::sync::mpsc::{sync_channel, Receiver, SyncSender, TryRecvError, TrySendError};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

/// `W` words: 8 are seq, header, price, size, ts_event, ts_recv, venue_seq, aux.
pub type Record<const W: usize> = [u64; W];

#[inline(always)]
pub fn fill<const W: usize>(i: u64) -> Record<W> {
    std::array::from_fn(|k| i.wrapping_mul(2 * k as u64 + 1).wrapping_add(k as u64 * 1_000_003))
}

#[inline(always)]
fn sum<const W: usize>(record: &Record<W>) -> u64 {
    record.iter().fold(0, |sum, word| sum.wrapping_add(*word))
}

fn expected<const W: usize>(events: u64) -> u64 {
    let even = if events % 2 == 0 { events / 2 } else { events };
    let odd = if events % 2 == 0 { events.wrapping_sub(1) } else { (events - 1) / 2 };
    let triangle = even.wrapping_mul(odd);
    (0..W as u64).fold(0u64, |sum, k| {
        sum.wrapping_add(triangle.wrapping_mul(2 * k + 1))
            .wrapping_add(events.wrapping_mul(k * 1_000_003))
    })
}

/// The channel has no spinning mode of its own: `spin` polls it and yields when it is empty.
#[inline(always)]
pub fn receive<T>(channel: &Receiver<T>, park: bool) -> T {
    if park {
        return channel.recv().expect("a producer is there until its last event");
    }
    let mut spins = 0;
    loop {
        match channel.try_recv() {
            Ok(value) => return value,
            Err(TryRecvError::Disconnected) => fail("the channel closed", "before its last event"),
            Err(TryRecvError::Empty) => relax(&mut spins),
        }
    }
}

#[inline(always)]
pub fn send<T>(channel: &SyncSender<T>, mut value: T, park: bool) {
    if park {
        return channel.send(value).unwrap_or_else(|_| fail("the channel closed", "under a sender"));
    }
    let mut spins = 0;
    while let Err(error) = channel.try_send(value) {
        match error {
            TrySendError::Full(back) => value = back,
            TrySendError::Disconnected(_) => fail("the channel closed", "under a sender"),
        }
        relax(&mut spins);
    }
}

fn relax(spins: &mut u32) {
    *spins += 1;
    if *spins < 20 {
        std::hint::spin_loop();
    } else {
        *spins = 0;
        thread::yield_now();
    }
}

struct Outcome {
    elapsed: Duration,
    checksum_ok: bool,
}

/// Each reader has a channel of its own, which every producer sends to: the channel cannot
/// broadcast. The channels together hold as many bytes as a ring would.
fn round<const W: usize, const B: usize>(options: &Options, events: u64) -> Outcome {
    let share = events / options.producers as u64;
    let capacity = options.ring_bytes / options.readers / (8 * W * B);
    let start = Arc::new(Barrier::new(options.producers + options.readers));
    let mut senders = Vec::new();
    let mut readers = Vec::new();
    for index in 0..options.readers {
        let (sender, receiver) = sync_channel::<[Record<W>; B]>(capacity);
        senders.push(sender);
        let (start, park, core) = (start.clone(), options.park, options.producers + index);
        let pin = options.pin;
        readers.push(thread::spawn(move || {
            options::pin_to_core(pin, core);
            start.wait();
            let mut total = 0u64;
            for _ in 0..events / B as u64 {
                let batch = receive(&receiver, park);
                total = batch.iter().fold(total, |t, record| t.wrapping_add(sum(record)));
            }
            (total, Instant::now())
        }));
    }
    let mut producers = Vec::new();
    for index in 0..options.producers {
        let (senders, start) = (senders.clone(), start.clone());
        let (park, pin, first) = (options.park, options.pin, share * index as u64);
        producers.push(thread::spawn(move || {
            options::pin_to_core(pin, index);
            start.wait();
            let started = Instant::now();
            for i in (first..first + share).step_by(B) {
                let batch: [Record<W>; B] = std::array::from_fn(|j| fill::<W>(i + j as u64));
                for sender in &senders {
                    send(sender, batch, park);
                }
            }
            started
        }));
    }
    let joined = producers.into_iter().map(|thread| thread.join().unwrap());
    let started = joined.min().unwrap();
    let ends: Vec<_> = readers.into_iter().map(|thread| thread.join().unwrap()).collect();
    let checksum_ok = ends.iter().all(|(total, _)| *total == expected::<W>(events));
    let finished = ends.iter().map(|(_, at)| *at).max().unwrap();
    Outcome { elapsed: finished - started, checksum_ok }
}

/// Two warm-up rounds, each sized by the one before, then the measured one.
fn throughput<const W: usize, const B: usize>(options: &Options) -> bool {
    let unit = (options.producers * B) as u64;
    let whole = |events: f64| ((events / unit as f64) as u64).max(1) * unit;
    let mut events = whole(if options.events > 0 { options.events as f64 } else { 200_000.0 });
    if options.events == 0 {
        for share in [0.05, 0.2, 1.0] {
            let warm = round::<W, B>(options, events);
            let rate = events as f64 / warm.elapsed.as_secs_f64();
            events = whole(rate * options.seconds * share);
        }
    }
    let outcome = round::<W, B>(options, events);
    options.print(events, outcome.elapsed.as_secs_f64(), None, outcome.checksum_ok);
    outcome.checksum_ok
}

fn main() {
    let options = Options::parse();
    let ok = match (options.workload.as_str(), options.word, options.batch) {
        ("W1", false, 1) => throughput::<8, 1>(&options),
        ("W1", false, 16) => throughput::<8, 16>(&options),
        ("W1", true, 1) => throughput::<1, 1>(&options),
        ("W1", true, 16) => throughput::<1, 16>(&options),
        ("W1", _, _) => fail("--batch takes", "1 or 16"),
        ("lat200k", false, 1) => latency::run(&options),
        (workload, _, _) => fail("no such workload", workload),
    };
    std::process::exit(if ok { 0 } else { 1 });
}
