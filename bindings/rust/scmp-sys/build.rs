//! Finds libscmp: in `SCMP_LIB_DIR`, else where pkg-config says, else in the Meson build folder of the checkout.
//!
//! `libscmp.a` is linked, so that the program carries the library; `SCMP_LINK=shared` links the shared library instead.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{exit, Command};

fn main() {
    for variable in ["SCMP_LIB_DIR", "SCMP_LINK", "PKG_CONFIG", "PKG_CONFIG_PATH"] {
        println!("cargo:rerun-if-env-changed={variable}");
    }
    println!("cargo:rerun-if-changed=build.rs");

    let apple = env::var("CARGO_CFG_TARGET_VENDOR").as_deref() == Ok("apple");
    let shared = match env::var("SCMP_LINK").as_deref() {
        Err(_) | Ok("") | Ok("static") => false,
        Ok("shared") => true,
        Ok(other) => give_up(&format!("SCMP_LINK = {other} is not one of static, shared")),
    };
    let name = match (shared, apple) {
        (false, _) => "libscmp.a",
        (true, false) => "libscmp.so",
        (true, true) => "libscmp.dylib",
    };

    let folders = candidates();
    let found = folders.iter().find(|folder| folder.join(name).is_file());
    let folder = found.unwrap_or_else(|| give_up(&not_found(name, &folders)));
    println!("cargo:rerun-if-changed={}", folder.join(name).display());
    println!("cargo:rustc-link-search=native={}", folder.display());
    if shared {
        println!("cargo:rustc-link-lib=dylib=scmp");
        return;
    }
    println!("cargo:rustc-link-lib=static=scmp");
    for flag in private_libraries(folder).unwrap_or_else(|| vec![if apple { "-lc++" } else { "-lstdc++" }.into()]) {
        if let Some(library) = flag.strip_prefix("-l") {
            println!("cargo:rustc-link-lib=dylib={library}");
        } else if let Some(path) = flag.strip_prefix("-L") {
            println!("cargo:rustc-link-search=native={path}");
        }
    }
}

/// What the archive needs besides, as the pkg-config file says that came with it: installed or in a Meson build folder.
fn private_libraries(folder: &Path) -> Option<Vec<String>> {
    let files = ["pkgconfig/scmp.pc", "../meson-private/scmp.pc", "meson-private/scmp.pc"];
    let text = files.iter().find_map(|file| std::fs::read_to_string(folder.join(file)).ok())?;
    let line = text.lines().find_map(|line| line.strip_prefix("Libs.private:"))?;
    Some(words(line))
}

/// Folders that may have the library, best first.
fn candidates() -> Vec<PathBuf> {
    if let Some(folder) = env::var_os("SCMP_LIB_DIR") {
        return vec![absolute(Path::new(&folder))]; // who names one means that one
    }
    let checkout = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../..");
    let built = ["build/src", "build"].map(|folder| checkout.join(folder));
    pkg_config_folders().into_iter().flatten().chain(built).collect()
}

/// Where a library of this version or a later one is that pkg-config knows: installed, or in a Meson build folder.
fn pkg_config_folders() -> Option<Vec<PathBuf>> {
    let program = env::var_os("PKG_CONFIG").unwrap_or_else(|| "pkg-config".into());
    let wanted = concat!("--atleast-version=", env!("CARGO_PKG_VERSION"));
    let fits = Command::new(&program).args([wanted, "scmp"]).status().ok()?;
    if !fits.success() {
        return None;
    }
    let mut ask = Command::new(&program);
    ask.args(["--libs-only-L", "scmp"]).env("PKG_CONFIG_ALLOW_SYSTEM_LIBS", "1");
    let flags = words(&String::from_utf8(ask.output().ok()?.stdout).ok()?);
    Some(flags.iter().filter_map(|flag| flag.strip_prefix("-L")).map(PathBuf::from).collect())
}

/// What pkg-config writes, as a shell reads it: spaces end a word but for those behind a backslash or between quotes.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match (character, quote) {
            ('\\', None | Some('"')) => word.get_or_insert_with(String::new).extend(rest.next()),
            ('"' | '\'', None) => {
                quote = Some(character);
                word.get_or_insert_with(String::new);
            }
            (_, Some(open)) if open == character => quote = None,
            (_, None) if character.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_with(String::new).push(character),
        }
    }
    words.extend(word);
    words
}

/// The build script runs in the crate's folder; a relative path was meant from where cargo was started.
fn absolute(folder: &Path) -> PathBuf {
    let started = env::var_os("PWD").map(PathBuf::from).unwrap_or_default();
    started.join(folder)
}

fn not_found(name: &str, folders: &[PathBuf]) -> String {
    let list: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
    format!(
        "{name} is not in {}. Build it (./run build in a checkout of libscmp), or set SCMP_LIB_DIR to its folder.",
        list.join(", nor in ")
    )
}

fn give_up(why: &str) -> ! {
    eprintln!("scmp-sys: {why}");
    exit(1)
}
