//! lat200k: one producer on an absolute schedule of 200,000 events a second, one reader.

use crate::histogram::Histogram;
use crate::options::{pin_to_core, Options};
use crate::{fill, receive, send, Record};
use std::sync::mpsc::{sync_channel, Receiver};
use std::thread;
use std::time::{Duration, Instant};

const PERIOD_NANOS: u64 = 5_000;
const WARM_UP_EVENTS: u64 = 100_000;
const TS_EVENT: usize = 4;

fn observe(channel: Receiver<Record<8>>, zero: Instant, events: u64, park: bool) -> (Histogram, u64) {
    let mut latency = Histogram::new();
    let mut sequence_sum = 0;
    for i in 0..events {
        let record = receive(&channel, park);
        let hop = (zero.elapsed().as_nanos() as u64).saturating_sub(record[TS_EVENT]);
        sequence_sum += record[0];
        if i >= WARM_UP_EVENTS {
            latency.add(hop);
        }
    }
    (latency, sequence_sum)
}

pub fn run(options: &Options) -> bool {
    let measured = (options.seconds * 1e9) as u64 / PERIOD_NANOS;
    let events = WARM_UP_EVENTS + measured;
    let (sender, receiver) = sync_channel::<Record<8>>(options.ring_bytes / 64);
    let (park, pin, zero) = (options.park, options.pin, Instant::now());
    let reader = thread::spawn(move || {
        pin_to_core(pin, 1);
        observe(receiver, zero, events, park)
    });
    let producer = thread::spawn(move || {
        pin_to_core(pin, 0);
        let started = zero.elapsed() + Duration::from_millis(20);
        let mut behind = 0;
        for i in 0..events {
            let due = started.as_nanos() as u64 + i * PERIOD_NANOS;
            while (zero.elapsed().as_nanos() as u64) < due {}
            let mut record = fill::<8>(i);
            record[TS_EVENT] = zero.elapsed().as_nanos() as u64;
            if i >= WARM_UP_EVENTS {
                behind = behind.max(record[TS_EVENT] - due);
            }
            send(&sender, record, park);
        }
        behind
    });
    let behind = producer.join().unwrap();
    let (latency, sequence_sum) = reader.join().unwrap();
    let ok = sequence_sum == events * (events - 1) / 2;
    options.print(measured, options.seconds, Some((&latency, behind)), ok);
    ok
}
