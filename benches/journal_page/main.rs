//! The journal page under load: Tidings beside the least that it could be, and a full installation beside an empty one.
//! `./bench` builds all that this needs and runs it; `docs/benchmarks.md` says what the figures mean.

mod load;
mod seed;
mod server;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use load::Figures;
use seed::{Seeded, Sizes};
use server::Program;

/// The fewest requests a second, against the reference.
const LEAST_RATIO: f64 = 0.6;
/// The longest wait of the slowest hundredth, against the reference.
const MOST_P99: f64 = 2.0;
/// The most queries for one page.
const MOST_QUERIES: u64 = 8;
/// How much longer the middle request may take with a full database than with an empty one.
const MOST_GROWTH: f64 = 1.3;
/// The same for a page with two thousand updates and one with twenty.
const MOST_BY_LENGTH: f64 = 1.3;

/// The same for a page with a hundred thousand wishes and hearts and one with a hundred.
const MOST_BY_ENCOURAGEMENT: f64 = 1.3;

/// Measures the journal page.
#[derive(Parser)]
#[command(name = "bench")]
struct Options {
    /// What to measure.
    #[arg(long, value_enum, default_value = "all")]
    row: Row,
    /// How often each server has its turn.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How long a turn lasts.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How many connections ask at once.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// How many updates the page has.
    #[arg(long, default_value_t = 10)]
    updates: usize,
    /// How many comments each update has.
    #[arg(long, default_value_t = 3)]
    comments: usize,
    /// How many hearts each update has.
    #[arg(long, default_value_t = 4)]
    hearts: usize,
    /// How many updates, comments, wishes and hearts a full database holds; how many wishes and hearts a much loved page.
    #[arg(long, default_value_t = 100_000)]
    rows: usize,
    /// Keeps serving the journal page until stopped, and puts no load on it: for a profiler.
    #[arg(long)]
    hold: bool,
    /// Cargo says so when it benches.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Row {
    /// Tidings beside the reference.
    Reference,
    /// A full database beside an empty one.
    Rows,
    /// A page with two thousand updates beside one with twenty.
    Length,
    /// A page with very many well wishes and hearts beside one with a hundred.
    Encouragement,
    /// Every row.
    All,
}

impl Options {
    fn sizes(&self) -> Sizes {
        Sizes { updates: self.updates, comments: self.comments, hearts: self.hearts, ..Sizes::default() }
    }
}

fn main() -> ExitCode {
    let options = Options::parse();
    if !options.bench {
        // `cargo test --all-targets` comes by here too.
        println!("nothing measured: run ./bench");
        return ExitCode::SUCCESS;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    if options.hold {
        return hold(&options, folder.path());
    }
    let mut verdict = Verdict::default();
    let wants = |row| options.row == row || options.row == Row::All;
    if wants(Row::Reference) {
        against_reference(&options, folder.path(), &mut verdict);
    }
    if wants(Row::Rows) {
        with_many_rows(&options, folder.path(), &mut verdict);
    }
    if wants(Row::Length) {
        of_any_length(&options, folder.path(), &mut verdict);
    }
    if wants(Row::Encouragement) {
        with_much_encouragement(&options, folder.path(), &mut verdict);
    }
    verdict.exit_code()
}

/// Serves both pages and says where.
fn hold(options: &Options, folder: &Path) -> ExitCode {
    let seeded = seed::seed(&folder.join("journal"), &options.sizes());
    for program in [Program::tidings(&seeded, "error"), Program::reference(&seeded)] {
        let running = program.start();
        println!("{}: process {}, {}{}", program.name, running.id(), running.origin(), seeded.path);
        std::mem::forget(running);
    }
    println!("Cookie: {}", seeded.cookie);
    loop {
        std::thread::park();
    }
}

fn against_reference(options: &Options, folder: &Path, verdict: &mut Verdict) {
    let seeded = seed::seed(&folder.join("journal"), &options.sizes());
    println!("The journal page, signed in: {}", said(options, &seeded.sizes));
    let contenders = [
        Contender::new(Program::reference(&seeded), &seeded, Some(4)),
        Contender::new(Program::tidings(&seeded, "error"), &seeded, Some(seeded.queries)),
        Contender::new(Program::tidings(&seeded, "info").named("Tidings, logging"), &seeded, Some(seeded.queries)),
    ];
    let [reference, tidings, _] = measure(options, &contenders);
    verdict.at_least(
        "requests a second, Tidings / reference",
        ratio(&tidings, &reference, |it| it.seen.rate),
        LEAST_RATIO,
    );
    verdict.at_most("p99, Tidings / reference", ratio(&tidings, &reference, |it| it.seen.p99.as_secs_f64()), MOST_P99);
    let [reference, tidings, _] = contenders.each_ref().map(|it| it.bytes as f64);
    if (tidings / reference - 1.0).abs() > 0.02 {
        println!("note: the pages differ in length by more than 2 %; bring benches/reference/templates up to date");
    }
    verdict.at_most("queries a request", seeded.queries as f64, MOST_QUERIES as f64);
    println!();
}

fn with_many_rows(options: &Options, folder: &Path, verdict: &mut Verdict) {
    let few = seed::seed(&folder.join("few"), &Sizes::rows(100));
    let many = seed::seed(&folder.join("many"), &Sizes::rows(options.rows));
    println!("The same page with few rows and with many: {}", said(options, &many.sizes));
    let named = |seeded: &Seeded| format!("Tidings, {} rows", seeded.rows);
    let contenders = [
        Contender::new(Program::tidings(&few, "error").named(&named(&few)), &few, Some(few.queries)),
        Contender::new(Program::tidings(&many, "error").named(&named(&many)), &many, Some(many.queries)),
    ];
    let [few, many] = measure(options, &contenders);
    verdict.at_most("time of a request, many rows / few", ratio(&few, &many, |it| it.seen.rate), MOST_GROWTH);
    println!();
}

/// Every way into a long journal beside the same way into a short one: its first page, its beginning, its months.
fn of_any_length(options: &Options, folder: &Path, verdict: &mut Verdict) {
    let sizes = |updates| Sizes { updates, ..options.sizes() };
    let short = seed::seed(&folder.join("short"), &sizes(20));
    let long = seed::seed(&folder.join("long"), &sizes(2_000));
    for (name, rest) in [("the first page", ""), ("the beginning", "?order=oldest"), ("the months", "/updates")] {
        println!("A page with 2,000 updates and one with 20: {name}");
        let contenders = [
            Contender::at(Program::tidings(&short, "error").named("Tidings, 20 updates"), &short, rest),
            Contender::at(Program::tidings(&long, "error").named("Tidings, 2,000 updates"), &long, rest),
        ];
        let [few, many] = measure(options, &contenders);
        let what = format!("time of a request, 2,000 updates / 20, {name}");
        verdict.at_most(&what, ratio(&few, &many, |it| it.seen.rate), MOST_BY_LENGTH);
        println!();
    }
}

/// The page and the list of wishes, where half of all hearts are on one update and half on one wish, so that both of them stand
/// on what is asked for. The first page comes from memory; the beginning of the journal is read each time, with its hearts.
fn with_much_encouragement(options: &Options, folder: &Path, verdict: &mut Verdict) {
    let sizes = |count| Sizes { wishes: count, loved: count, ..options.sizes() };
    let little = seed::seed(&folder.join("little"), &sizes(100));
    let much = seed::seed(&folder.join("much"), &sizes(options.rows));
    for (name, rest) in
        [("the first page", ""), ("the journal, read each time", "?order=oldest"), ("the wishes", "/wishes")]
    {
        println!("A page with {} wishes and as many hearts and one with 100: {name}", options.rows);
        let named = |count: usize| format!("Tidings, {count} wishes");
        let contenders = [
            Contender::at(Program::tidings(&little, "error").named(&named(100)), &little, rest),
            Contender::at(Program::tidings(&much, "error").named(&named(options.rows)), &much, rest),
        ];
        let [few, many] = measure(options, &contenders);
        let what = format!("time of a request, {} wishes and hearts / 100, {name}", options.rows);
        verdict.at_most(&what, ratio(&few, &many, |it| it.seen.rate), MOST_BY_ENCOURAGEMENT);
        println!();
    }
}

fn said(options: &Options, sizes: &Sizes) -> String {
    format!(
        "{} updates with {} comments and {} hearts each, {} connections, {} × {} s",
        sizes.updates, sizes.comments, sizes.hearts, options.connections, options.rounds, options.seconds
    )
}

/// One server with the page that it is asked for.
struct Contender<'a> {
    program: Program,
    seeded: &'a Seeded,
    queries: Option<u64>,
    bytes: usize,
    path: String,
}

impl<'a> Contender<'a> {
    /// Makes sure first that the server really answers with the page.
    fn new(program: Program, seeded: &'a Seeded, queries: Option<u64>) -> Self {
        let body = program.start().fetch(&seeded.path, &seeded.cookie);
        let (updates, comments) =
            (seeded.sizes.updates.min(10), seeded.sizes.updates.min(10) * seeded.sizes.comments.min(3));
        let shown = (count(&body, "<article class=\"update\""), count(&body, "<li class=\"wish\""));
        assert_eq!(shown, (updates, comments + seed::WISHES_SHOWN), "{}: updates, comments and wishes", program.name);
        Self { program, seeded, queries, bytes: body.len(), path: seeded.path.clone() }
    }

    /// The same with another page, behind the address of the journal.
    fn at(program: Program, seeded: &'a Seeded, rest: &str) -> Self {
        let path = format!("{}{rest}", seeded.path);
        let body = program.start().fetch(&path, &seeded.cookie);
        Self { program, seeded, queries: None, bytes: body.len(), path }
    }
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

/// What one turn showed.
struct Turn {
    seen: Figures,
    /// Seconds of processor time for one request: steadier than the rest where others use the machine too.
    cpu: f64,
}

/// Lets the contenders take turns, so that what else the machine does meets them all, and prints the middle of each.
fn measure<const N: usize>(options: &Options, contenders: &[Contender<'_>; N]) -> [Vec<Turn>; N] {
    let mut all = [const { Vec::new() }; N];
    for _ in 0..options.rounds {
        for (contender, figures) in contenders.iter().zip(&mut all) {
            let running = contender.program.start();
            let url = format!("{}{}", running.origin(), contender.path);
            let load = |seconds| load::run(&url, &contender.seeded.cookie, options.connections, seconds);
            load(1);
            let worked = running.cpu();
            let seen = load(options.seconds);
            figures.push(Turn { cpu: (running.cpu() - worked) / seen.count as f64, seen });
        }
    }
    println!(
        "{:<24} {:>10} {:>10} {:>10} {:>10} {:>9} {:>9}",
        "", "requests/s", "p50", "p99", "cpu", "queries", "bytes"
    );
    for (contender, figures) in contenders.iter().zip(&all) {
        println!(
            "{:<24} {:>10.0} {:>7.2} ms {:>7.2} ms {:>7.0} µs {:>9} {:>9}",
            contender.program.name,
            middle(figures.iter().map(|it| it.seen.rate)),
            middle(figures.iter().map(|it| it.seen.p50.as_secs_f64())) * 1e3,
            middle(figures.iter().map(|it| it.seen.p99.as_secs_f64())) * 1e3,
            middle(figures.iter().map(|it| it.cpu)) * 1e6,
            contender.queries.map_or_else(|| "-".to_owned(), |count| count.to_string()),
            contender.bytes,
        );
    }
    all
}

/// The middle of the ratios of each round.
fn ratio(of: &[Turn], to: &[Turn], figure: impl Fn(&Turn) -> f64) -> f64 {
    middle(of.iter().zip(to).map(|(of, to)| figure(of) / figure(to)))
}

fn middle(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    match (numbers.get(numbers.len() / 2), numbers.get(numbers.len().saturating_sub(1) / 2)) {
        (Some(one), Some(other)) => (one + other) / 2.0,
        _ => f64::NAN,
    }
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

    fn exit_code(&self) -> ExitCode {
        if self.missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}
