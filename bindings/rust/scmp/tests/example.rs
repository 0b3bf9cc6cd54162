//! The worked example prints what it prints in every language, and the README's example is the one that is tested.

mod common;

#[path = "../examples/example.rs"]
#[allow(dead_code)] // its main
mod example;

#[test]
fn the_example_prints_what_every_language_prints() {
    let mut printed = Vec::new();
    example::run(&common::repository().join("tests/data/minilm"), &mut printed).unwrap();
    let expected = std::fs::read_to_string(common::repository().join("bindings/example/expected.txt")).unwrap();
    assert_eq!(String::from_utf8(printed).unwrap(), expected);
}

/// The documentation's tests compile and run the crate's README.
#[test]
fn the_example_of_the_readme_is_in_the_documentation() {
    let readme = std::fs::read_to_string(common::repository().join("README.md")).unwrap();
    let code = readme.split_once("<!-- example: rust -->\n```rust\n").unwrap().1.split_once("```").unwrap().0;
    let documentation = include_str!("../README.md");
    assert!(code.lines().count() >= 4 && documentation.contains(code), "{code}");
}
