//! How long the darkroom takes, beside `vipsthumbnail` doing the same, and how much memory. See docs/benchmarks.md.

#[path = "../tests/support/camera.rs"]
#[allow(dead_code)]
mod camera;
#[path = "../tests/support/painting.rs"]
#[allow(dead_code)]
mod painting;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tidings_darkroom::{Print, develop, develop_only, inspect, memory_needed};

const ROUNDS: usize = 7;
/// Three sizes may take this many times what `vipsthumbnail` takes.
const BAR: f64 = 1.5;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // This program again, so that each photo has a process whose peak is its own.
    if let [mode, photo] = arguments.as_slice()
        && mode == "--develop-and-tell"
    {
        develop(Path::new(photo), &mut |_, _| Ok(()))?;
        println!("{}", peak_kilobytes()?);
        return Ok(());
    }
    let folder = std::env::temp_dir().join(format!("tidings-darkroom-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = speed(&folder).and_then(|()| memory(&folder));
    fs::remove_dir_all(&folder)?;
    measured
}

fn speed(folder: &Path) -> Outcome {
    let photo = folder.join("12.jpg");
    let (width, height) = (4000, 3000);
    fs::write(&photo, camera::plain(width, height, &painting::landscape(width, height)))?;
    let (mut ours, mut theirs, mut all) = (Vec::new(), Vec::new(), Vec::new());
    let can_compare = Command::new("vipsthumbnail").arg("--version").output().is_ok();
    for _ in 0..ROUNDS {
        ours.push(timed(|| three_sizes(&photo, folder))?);
        if can_compare {
            theirs.push(timed(|| vipsthumbnail(&photo, folder))?);
        }
        all.push(timed(|| Ok(develop(&photo, &mut |_, _| Ok(())).map(|_| ())?))?);
    }
    println!("12 megapixels, JPEG, middle of {ROUNDS} rounds\n");
    println!("| | time |\n| --- | ---: |");
    println!("| darkroom, three sizes as WebP | {} ms |", middle(&mut ours).as_millis());
    if can_compare {
        println!("| vipsthumbnail, three sizes as WebP | {} ms |", middle(&mut theirs).as_millis());
    }
    println!("| darkroom, all seven prints | {} ms |", middle(&mut all).as_millis());
    if can_compare {
        let ratio = middle(&mut ours).as_secs_f64() / middle(&mut theirs).as_secs_f64();
        println!("\nratio {ratio:.2}, at most {BAR}: {}", if ratio <= BAR { "met" } else { "missed" });
    } else {
        println!("\nvipsthumbnail is not here: apt-get install libvips-tools");
    }
    Ok(())
}

fn three_sizes(photo: &Path, folder: &Path) -> Outcome {
    develop_only(photo, &[Print::Large, Print::Medium, Print::Small], &mut |print, bytes| {
        fs::write(folder.join(print.name()), bytes)
    })?;
    Ok(())
}

/// As it is meant to be used: once for each size, which lets it decode less for the small ones.
fn vipsthumbnail(photo: &Path, folder: &Path) -> Outcome {
    for edge in [2048, 1024, 320] {
        let out = format!("{}[Q=80,strip]", folder.join(format!("vips-{edge}.webp")).display());
        let size = format!("{edge}x{edge}");
        let status = Command::new("vipsthumbnail").arg(photo).args(["--size", &size, "-o", &out]).status()?;
        if !status.success() {
            return Err("vipsthumbnail failed".into());
        }
    }
    Ok(())
}

fn timed(work: impl FnOnce() -> Outcome) -> Outcome<Duration> {
    let begun = Instant::now();
    work()?;
    Ok(begun.elapsed())
}

fn middle(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn memory(folder: &Path) -> Outcome {
    let (width, height) = (8000, 6000);
    let pixels = painting::landscape(width, height);
    let mut photos: Vec<(String, PathBuf)> = Vec::new();
    let baseline = camera::plain(width, height, &pixels);
    for orientation in 1..=8 {
        let photo = folder.join(format!("48-{orientation}.jpg"));
        fs::write(&photo, camera::with_segments(&baseline, &[camera::exif_segment(orientation)]))?;
        photos.push((format!("JPEG, orientation {orientation}"), photo));
    }
    let photo = folder.join("48-progressive.jpg");
    fs::write(&photo, camera::progressive(width, height, &pixels))?;
    photos.push(("JPEG, progressive".into(), photo));
    drop((baseline, pixels));
    println!("\n48 megapixels\n\n| | peak of the process | at most, by memory_needed |\n| --- | ---: | ---: |");
    for (name, photo) in photos {
        let output = Command::new(std::env::current_exe()?).arg("--develop-and-tell").arg(&photo).output()?;
        let peak: u64 = String::from_utf8(output.stdout)?.trim().parse()?;
        let promised = memory_needed(&inspect(&photo)?);
        println!("| {name} | {} MB | {} MB |", peak / 1000, promised / 1_000_000);
    }
    Ok(())
}

/// The most memory that this process had at a time. Linux tells it; elsewhere it is 0.
fn peak_kilobytes() -> Outcome<u64> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line.and_then(|line| line.trim().strip_suffix(" kB")).map_or(Ok(0), str::parse)?)
}
