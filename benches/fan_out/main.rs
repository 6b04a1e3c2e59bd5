//! One update to ten thousand: how long its outbox takes and what readers notice of it; how fast the mail goes into a sink
//! beside the fastest thing that could put it there; and what memory that takes. `./bench --fan-out` runs it;
//! `docs/benchmarks.md` says what the figures mean.

mod postfix;
mod world;

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;

use postfix::Postfix;
use world::World;

/// The longest that posting to all of them may take, in seconds.
const MOST_TO_COMMIT: f64 = 1.0;
/// The longest wait of a reader meanwhile, against the time that posting takes: who waited for it would wait as long.
const MOST_FOR_READERS: f64 = 0.5;
/// The same of a writer. On SQLite, whose writers take turns, it is one turn: no more than what is being posted.
const MOST_FOR_WRITERS: f64 = 1.5;
/// The fewest messages a second, against `smtp-source`.
const LEAST_RATIO: f64 = 0.6;
/// How much more memory many receivers may take than few.
const MOST_MEMORY: f64 = 1.3;

/// Measures one update to many.
#[derive(Parser)]
#[command(name = "fan_out")]
struct Options {
    /// How many are told.
    #[arg(long, default_value_t = 10_000)]
    receivers: usize,
    /// How many connections carry mail at once.
    #[arg(long, default_value_t = 4)]
    sessions: usize,
    /// How often each has its turn.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// An empty database on a PostgreSQL server, instead of SQLite.
    #[arg(long)]
    postgres: Option<String>,
    /// Cargo says so when it benches.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    if !options.bench {
        // `cargo test --all-targets` comes by here too.
        println!("nothing measured: run ./bench --fan-out");
        return ExitCode::SUCCESS;
    }
    let postfix = Postfix::find();
    let sink = postfix.sink();
    let mut verdict = Verdict::default();
    let folder = tempfile::tempdir().expect("a folder");
    let database = options.postgres.as_deref();
    let world = World::start(folder.path(), database, &sink.address, options.sessions, options.receivers);
    println!("At the start, the process has had {:.1} MB", world.high_water());
    post(&world, &options, &mut verdict);
    // The database is the same, and has been read and written by now: what differs is how many are told.
    let few = memory(&world, 100);
    send(&world, &postfix, &sink, &options, &mut verdict);
    let many = memory(&world, options.receivers);
    println!("\nThe most memory of the process while it tells 100: {few:.1} MB, {}: {many:.1} MB", options.receivers);
    verdict.at_most("memory, many receivers / few", many / few, MOST_MEMORY);
    if verdict.missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// The most memory that the process has while it tells so many.
fn memory(world: &World, receivers: usize) -> f64 {
    world.count_memory_anew();
    world.send_again(receivers);
    world.high_water()
}

/// Posting, and then the same with readers about, and somebody who writes.
fn post(world: &World, options: &Options, verdict: &mut Verdict) {
    let running = AtomicBool::new(true);
    let (mut took, mut spans) = (Vec::new(), Vec::new());
    let alone = (0..5).map(|_| seconds(|| world.post())).fold(0.0, f64::max);
    println!("Posting an update to {} members, five times", options.receivers);
    verdict.at_most("seconds to post, the longest", alone, MOST_TO_COMMIT);
    let update = world.newest_update();
    let token = world.token(&world::agent());
    let begin = Instant::now();
    let (reads, writes) = std::thread::scope(|scope| {
        let read = || waits_of(&running, |agent| world.read(agent));
        let readers: Vec<_> = (0..2).map(|_| scope.spawn(read)).collect();
        let writer = scope.spawn(|| waits_of(&running, |agent| world.write(agent, &token, &update)));
        std::thread::sleep(Duration::from_secs(3));
        for _ in 0..5 {
            let from = begin.elapsed();
            world.post();
            let until = begin.elapsed();
            took.push((until - from).as_secs_f64());
            spans.push((from, until));
            std::thread::sleep(Duration::from_millis(300));
        }
        running.store(false, Ordering::Relaxed);
        let reads: Vec<_> = readers.into_iter().flat_map(|it| it.join().expect("a reader")).collect();
        (reads, writer.join().expect("a writer"))
    });
    let first = spans.first().map_or(Duration::ZERO, |(from, _)| *from);
    let meets =
        |asked: Duration, took: Duration| spans.iter().any(|(from, until)| asked < *until && asked + took > *from);
    let split = |waits: &[(Instant, Duration)]| {
        let waits: Vec<(Duration, Duration)> =
            waits.iter().map(|(asked, took)| (asked.duration_since(begin), *took)).collect();
        let before = waits.iter().filter(|(asked, took)| *asked + *took < first).map(|(_, took)| *took);
        let during = waits.iter().filter(|(asked, took)| meets(*asked, *took)).map(|(_, took)| *took);
        [sorted(before), sorted(during)]
    };
    let ([read_before, read_during], [written_before, written_during]) = (split(&reads), split(&writes));
    println!("\nThe same, while two readers read the page over and over and one writes down that they did");
    println!("{:<29} {:>9} {:>12} {:>12} {:>12}", "", "requests", "p50", "p99", "longest");
    for (name, waits) in [
        ("readers, before", &read_before),
        ("readers, while it is posted", &read_during),
        ("writer, before", &written_before),
        ("writer, while it is posted", &written_during),
    ] {
        let [p50, p99, longest] = [0.5, 0.99, 1.0].map(|part| at_part(waits, part) * 1e3);
        println!("{name:<29} {:>9} {p50:>9.2} ms {p99:>9.2} ms {longest:>9.2} ms", waits.len());
    }
    let longest = took.iter().copied().fold(0.0, f64::max);
    println!("seconds to post then, the longest: {longest:.2}");
    let of_readers = at_part(&read_during, 1.0) / longest;
    verdict.at_most("a reader's longest wait meanwhile / posting", of_readers, MOST_FOR_READERS);
    let of_writer = at_part(&written_during, 1.0) / longest;
    verdict.at_most("a writer's longest wait meanwhile / posting", of_writer, MOST_FOR_WRITERS);
}

fn seconds(work: impl FnOnce()) -> f64 {
    let begin = Instant::now();
    work();
    begin.elapsed().as_secs_f64()
}

/// How long each request took, and when it was asked.
fn waits_of(running: &AtomicBool, ask: impl Fn(&ureq::Agent)) -> Vec<(Instant, Duration)> {
    let mut waits = Vec::new();
    let agent = world::agent();
    while running.load(Ordering::Relaxed) {
        let begin = Instant::now();
        ask(&agent);
        waits.push((begin, begin.elapsed()));
    }
    waits
}

/// Sending, in turns with `smtp-source`.
fn send(world: &World, postfix: &Postfix, sink: &postfix::Sink, options: &Options, verdict: &mut Verdict) {
    let bytes = world::message_bytes();
    println!(
        "\n{} messages of {bytes} bytes over {} sessions into smtp-sink, {} times each",
        options.receivers, options.sessions, options.rounds
    );
    let mut ratios = Vec::new();
    let (mut of_source, mut of_tidings) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        let source = options.receivers as f64 / postfix.source(sink, options.sessions, options.receivers, bytes);
        let (sent, seconds, cpu) = world.send_again(options.receivers);
        let tidings = sent as f64 / seconds;
        println!(
            "smtp-source {source:>7.0}/s   Tidings {tidings:>7.0}/s   cpu of Tidings {:>5.0} µs a message",
            cpu * 1e6 / sent as f64
        );
        ratios.push(tidings / source);
        of_source.push(source);
        of_tidings.push(tidings);
    }
    println!("middle: smtp-source {:.0}/s, Tidings {:.0}/s", middle(of_source), middle(of_tidings));
    verdict.at_least("messages a second, Tidings / smtp-source", middle(ratios), LEAST_RATIO);
}

fn sorted(times: impl Iterator<Item = Duration>) -> Vec<f64> {
    let mut times: Vec<f64> = times.map(|time| time.as_secs_f64()).collect();
    times.sort_by(f64::total_cmp);
    times
}

fn at_part(sorted: &[f64], part: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * part).round() as usize).copied().unwrap_or(f64::NAN)
}

fn middle(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    at_part(&numbers, 0.5)
}

/// What was held and what was not.
#[derive(Default)]
struct Verdict {
    missed: bool,
}

impl Verdict {
    fn at_least(&mut self, what: &str, figure: f64, bar: f64) {
        self.hold(what, figure, "at least", bar, figure >= bar);
    }

    fn at_most(&mut self, what: &str, figure: f64, bar: f64) {
        self.hold(what, figure, "at most", bar, figure <= bar);
    }

    fn hold(&mut self, what: &str, figure: f64, word: &str, bar: f64, held: bool) {
        self.missed |= !held;
        println!("{what}: {figure:.2} ({word} {bar}){}", if held { "" } else { "  MISSED" });
    }
}
