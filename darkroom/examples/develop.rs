//! Develops photos into a folder and says what it took: `cargo run --release --example develop -- FOLDER PHOTO…`

use std::path::{Path, PathBuf};
use std::time::Instant;

use tidings_darkroom::{develop, inspect, memory_needed};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().ok_or("develop FOLDER PHOTO…")?;
    for photo in arguments {
        let name = photo.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        println!("{}", photo.display());
        match inspect(&photo) {
            Ok(header) => println!("  {header:?}, at most {} MB", memory_needed(&header) / 1_000_000),
            Err(refusal) => println!("  {}: {refusal}", refusal.word()),
        }
        let begun = Instant::now();
        let result = develop(&photo, &mut |print, bytes| {
            println!("  {:>5} ms  {:>9} bytes  {}", begun.elapsed().as_millis(), bytes.len(), print.name());
            std::fs::write(folder.join(format!("{name}-{}", print.name())), bytes)
        });
        match result {
            Ok(developed) => println!("  {} × {}", developed.width, developed.height),
            Err(refusal) => println!("  {}: {refusal}", refusal.word()),
        }
        if let Some(peak) = peak_memory() {
            println!("  {peak} so far");
        }
    }
    Ok(())
}

/// The most memory that this process had, as Linux says it.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string(Path::new("/proc/self/status")).ok()?;
    status.lines().find_map(|line| Some(line.strip_prefix("VmHWM:")?.trim().to_owned()))
}
