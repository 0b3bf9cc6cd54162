//! What the tests share: the repository's places, arrays and indices in its files.
#![allow(dead_code)] // each test program uses a part

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

pub fn golden() -> PathBuf {
    repository().join("tests/golden")
}

/// An array of a `.npy` file, version 1, little-endian, C order.
pub struct Array {
    pub shape: Vec<usize>,
    kind: String,
    bytes: Vec<u8>,
}

impl Array {
    pub fn read(path: &Path) -> Self {
        let file = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let data = 10 + usize::from(file[8]) + 256 * usize::from(file[9]);
        let head = std::str::from_utf8(&file[10..data]).unwrap();
        assert!(head.contains("'fortran_order': False"), "{head}");
        let between = |from: &str, to: &str| {
            let rest = head.split_once(from).unwrap().1;
            rest.split_once(to).unwrap().0.to_owned()
        };
        let sizes = between("'shape': (", ")");
        let shape = sizes.split(',').filter_map(|size| size.trim().parse().ok()).collect();
        Self { shape, kind: between("'descr': '", "'"), bytes: file[data..].to_vec() }
    }

    pub fn f32(&self) -> Vec<f32> {
        assert_eq!(self.kind, "<f4");
        self.bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect()
    }

    pub fn i64(&self) -> Vec<i64> {
        assert_eq!(self.kind, "<i8");
        self.bytes.chunks_exact(8).map(|eight| i64::from_le_bytes(eight.try_into().unwrap())).collect()
    }
}

/// Equal bits; any NaN equals any NaN.
pub fn assert_same_bits(made: &[f32], expected: &[f32], what: &str) {
    assert_eq!(made.len(), expected.len(), "{what}");
    for (i, (x, y)) in made.iter().zip(expected).enumerate() {
        let same = x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan());
        assert!(same, "{what}: index {i} is {x:?}, not {y:?}");
    }
}

/// Numbers in -1 .. 1 that depend on the seed alone.
pub fn numbers(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / 8_388_608.0 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// A value of a JSON file.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

impl Json {
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let (value, rest) = parse(text.trim());
        assert!(rest.is_empty(), "{}: {rest}", path.display());
        value
    }

    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Self::Object(fields) => fields.get(key),
            _ => None,
        }
    }

    pub fn fields(&self) -> &BTreeMap<String, Json> {
        match self {
            Self::Object(fields) => fields,
            other => panic!("{other:?} is no object"),
        }
    }

    pub fn list(&self) -> &[Json] {
        match self {
            Self::List(values) => values,
            other => panic!("{other:?} is no list"),
        }
    }

    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            other => panic!("{other:?} is no text"),
        }
    }

    pub fn number(&self) -> f64 {
        match self {
            Self::Number(number) => *number,
            other => panic!("{other:?} is no number"),
        }
    }
}

/// A value, and the text behind it. Texts with escapes do not occur in the indices but for `\"` and `\\`.
fn parse(text: &str) -> (Json, &str) {
    match text.as_bytes()[0] {
        b'{' => {
            let (mut fields, mut rest) = (BTreeMap::new(), text[1..].trim_start());
            while !rest.starts_with('}') {
                let (key, behind) = parse(rest);
                let (value, behind) = parse(behind.trim_start().strip_prefix(':').unwrap().trim_start());
                fields.insert(key.text().to_owned(), value);
                rest = behind.trim_start();
                rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
            }
            (Json::Object(fields), &rest[1..])
        }
        b'[' => {
            let (mut values, mut rest) = (Vec::new(), text[1..].trim_start());
            while !rest.starts_with(']') {
                let (value, behind) = parse(rest);
                values.push(value);
                rest = behind.trim_start();
                rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
            }
            (Json::List(values), &rest[1..])
        }
        b'"' => {
            let (mut value, mut escaped) = (String::new(), false);
            for (at, character) in text.char_indices().skip(1) {
                match character {
                    '"' if !escaped => return (Json::Text(value), &text[at + 1..]),
                    '\\' if !escaped => escaped = true,
                    _ => {
                        value.push(character);
                        escaped = false;
                    }
                }
            }
            panic!("a text without an end");
        }
        _ => {
            let end = text.find(|c: char| ",]} \n\r\t".contains(c)).unwrap_or(text.len());
            let value = match &text[..end] {
                "null" => Json::Null,
                "true" => Json::Bool(true),
                "false" => Json::Bool(false),
                number => Json::Number(number.parse().unwrap()),
            };
            (value, &text[end..])
        }
    }
}
