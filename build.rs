//! Packs `static/` into the binary: each stylesheet and script once plain, once gzip and once brotli, under an
//! address that holds a hash of them all, so that browsers may keep them for ever.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=static");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let css = sorted(Path::new("static/css"))?;
    // One stylesheet from a file a component, in the order of their names.
    let mut style = Vec::new();
    for path in &css {
        style.extend(fs::read(path)?);
        style.push(b'\n');
    }
    files.push(("style.css".to_owned(), style));
    for folder in ["js", "icons", "fonts"] {
        for path in sorted(&Path::new("static").join(folder))? {
            let name = path.file_name().and_then(|name| name.to_str()).ok_or("a file name that is not UTF-8")?;
            files.push((format!("{folder}/{name}"), fs::read(&path)?));
        }
    }
    let mut hash = Sha256::new();
    for (name, bytes) in &files {
        hash.update(name.as_bytes());
        hash.update(bytes);
    }
    // Devices keep one page beside them, and fetch it anew when this changes.
    for template in ["templates/web/offline.html", "templates/layouts/bare.html"] {
        println!("cargo:rerun-if-changed={template}");
        hash.update(fs::read(template)?);
    }
    let version = HEXLOWER.encode(&hash.finalize()[..8]);
    let mut table = format!("pub(super) const VERSION: &str = {version:?};\npub(super) const ASSETS: &[Asset] = &[\n");
    for (index, (name, bytes)) in files.iter().enumerate() {
        let gzip = gzip(bytes)?;
        let brotli = brotli(bytes)?;
        for (kind, content) in [("plain", bytes), ("gzip", &gzip), ("br", &brotli)] {
            fs::write(out.join(format!("asset-{index}.{kind}")), content)?;
        }
        let include = |kind: &str| format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/asset-{index}.{kind}\"))");
        writeln!(
            table,
            "    Asset {{ name: {name:?}, content_type: {:?}, plain: {}, gzip: {}, brotli: {} }},",
            content_type(name),
            include("plain"),
            include("gzip"),
            include("br"),
        )?;
    }
    table.push_str("];\n");
    fs::write(out.join("assets.rs"), table)?;
    Ok(())
}

fn sorted(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut paths =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut source = bytes;
    brotli::BrotliCompress(&mut source, &mut out, &brotli::enc::BrotliEncoderParams::default())?;
    Ok(out)
}
