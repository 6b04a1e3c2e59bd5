//! Load, from wrk.

use std::process::Command;
use std::time::Duration;

/// What wrk saw.
pub struct Figures {
    /// How many requests were answered.
    pub count: u64,
    /// Requests a second.
    pub rate: f64,
    /// How long the middle request took.
    pub p50: Duration,
    /// How long the slowest hundredth took at least.
    pub p99: Duration,
}

/// Asks for the page over and over; anything but a page is a failure of the whole run.
pub fn run(url: &str, cookie: &str, connections: usize, seconds: u64) -> Figures {
    let output = Command::new("wrk")
        .args(["--latency", "--threads", "1", "--timeout", "10s"])
        .args(["--connections", &connections.to_string(), "--duration", &format!("{seconds}s")])
        .args(["--header", &format!("Cookie: {cookie}"), url])
        .output()
        .expect("wrk runs: apt-get install wrk");
    let text = String::from_utf8_lossy(&output.stdout);
    let is_clean = output.status.success() && !text.contains("Non-2xx") && !text.contains("Socket errors");
    assert!(is_clean, "not every answer was a page:\n{text}{}", String::from_utf8_lossy(&output.stderr));
    let count = text.lines().find_map(|line| line.split_once(" requests in ")).map(|(count, _)| count.trim());
    let behind = |word: &str| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(word)).map(str::trim);
        line.unwrap_or_else(|| panic!("wrk says nothing of {word}:\n{text}"))
    };
    Figures {
        count: count.and_then(|count| count.parse().ok()).expect("how many requests"),
        rate: behind("Requests/sec:").parse().expect("a number of requests"),
        p50: duration(behind("50%")),
        p99: duration(behind("99%")),
    }
}

/// Reads `812.00us`, `4.70ms` or `1.02s`.
fn duration(text: &str) -> Duration {
    let unit_at = text.find(|c: char| c.is_ascii_alphabetic()).expect("a duration has a unit");
    let (number, unit) = text.split_at(unit_at);
    let number: f64 = number.parse().expect("a duration is a number");
    let seconds = match unit {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        other => panic!("wrk measures in {other}"),
    };
    Duration::from_secs_f64(number * seconds)
}
