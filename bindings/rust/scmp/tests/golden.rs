//! The reference vectors of the specification, bit for bit, through this interface.

mod common;

use common::{assert_same_bits, golden, Array, Json};
use scmp::{
    Config, Context, Granularity, MatmulOptions, Mode, Outputs, PackedWeights, Report, Scramble, Side, View, ViewMut,
};

/// A case of the manifest with its arrays.
struct Case {
    name: String,
    params: Json,
    a: Array,
    b: Array,
    sums: Vec<i64>,
    y: Vec<f32>,
    scales: Option<Vec<f32>>,
    config: Option<String>,
}

fn cases() -> Vec<Case> {
    let folder = golden();
    let index = Json::read(&folder.join("manifest.json"));
    let one = |entry: &Json| {
        let files = entry.get("files").unwrap();
        let path = |key: &str| files.get(key).map(|name| folder.join(name.text()));
        let array = |key: &str| path(key).map(|path| Array::read(&path));
        Case {
            name: entry.get("name").unwrap().text().to_owned(),
            params: entry.get("params").unwrap().clone(),
            a: array("a").unwrap(),
            b: array("b").unwrap(),
            sums: array("sum").unwrap().i64(),
            y: array("y").unwrap().f32(),
            scales: array("s").map(|array| array.f32()),
            config: path("config").map(|path| std::fs::read_to_string(path).unwrap()),
        }
    };
    index.list().iter().map(one).collect()
}

fn granularity(name: &str) -> Granularity {
    let all = [Granularity::PerRow, Granularity::PerTensor, Granularity::PerHead];
    all.into_iter().find(|one| one.name() == name).unwrap()
}

fn mode(name: &str) -> Mode {
    [Mode::Bipolar, Mode::Unipolar].into_iter().find(|one| one.name() == name).unwrap()
}

fn scramble(name: &str) -> Scramble {
    use Scramble::*;
    let all = [Bitrev, Counter, Off, AlwaysBitrev, AlwaysCounter];
    all.into_iter().find(|one| one.name() == name).unwrap()
}

impl Case {
    fn sc_prec(&self) -> u32 {
        self.params.get("sc_prec").map_or(8, |value| value.number() as u32)
    }

    fn chunked(&self) -> bool {
        self.sums.len() != self.y.len() || self.params.get("chunk_d").is_some()
    }

    /// The options of the case.
    fn options<'a>(&'a self, config: Option<&'a Config>) -> MatmulOptions<'a> {
        let mut options = MatmulOptions::new();
        for (key, value) in self.params.fields() {
            options = match key.as_str() {
                "granularity" => options.granularity(granularity(value.text())),
                "mode" => options.mode(mode(value.text())),
                "scramble" => options.scramble(scramble(value.text())),
                "sc_prec" => options.sc_prec(value.number() as u32),
                "stoc_len" => options.stoc_len(value.number() as u32),
                "rng_levels" => options.rng_levels(value.number() as u32),
                "halve_bipolar_stoc_len" => options.halve(*value == Json::Bool(true)),
                "chunk_d" => options.chunk_d(value.number() as usize),
                "group_a" => options.group_a(value.number() as usize),
                "group_b" => options.group_b(value.number() as usize),
                other => panic!("{}: no parameter is called {other}", self.name),
            };
        }
        if let Some(config) = config {
            options = options.config(config);
        }
        if let Some(scales) = &self.scales {
            options = options.smooth(scales);
        }
        options
    }
}

/// Runs a test on every case, in one context.
fn each(test: impl Fn(&mut Context, &Case, &MatmulOptions<'_>, View<'_>, View<'_>)) {
    let mut context = Context::new().unwrap();
    let all = cases();
    assert!(all.len() > 100);
    for case in &all {
        let config = case.config.as_ref().map(|text| Config::from_json(&mut context, text, case.sc_prec()).unwrap());
        let (a, b) = (case.a.f32(), case.b.f32());
        let (a, b) = (View::new(&a, &case.a.shape).unwrap(), View::new(&b, &case.b.shape).unwrap());
        test(&mut context, case, &case.options(config.as_ref()), a, b);
    }
}

#[test]
fn products_are_the_reference_to_the_bit() {
    each(|context, case, options, a, b| {
        assert_same_bits(&context.matmul(a, b, options).unwrap(), &case.y, &case.name);
    });
}

#[test]
fn integer_sums_are_the_reference() {
    each(|context, case, options, a, b| {
        if case.chunked() {
            return;
        }
        let sums: Vec<i64> = context.matmul_counts(a, b, options).unwrap().into_iter().map(i64::from).collect();
        assert_eq!(sums, case.sums, "{}", case.name);
    });
}

#[test]
fn packed_weights_give_the_same_bits() {
    each(|context, case, options, a, b| {
        let packed = PackedWeights::new(context, b, options).unwrap();
        assert_eq!(packed.shape(), case.b.shape);
        assert_same_bits(&context.matmul_packed(a, &packed).unwrap(), &case.y, &case.name);
    });
}

#[test]
fn stages_make_the_product() {
    each(|context, case, options, a, b| {
        let left = context.quantize(a, Side::Left, options, None).unwrap();
        let ranges = context.ranges(b, Side::Right, options).unwrap();
        let mut shape = scmp::scale_shape(b, Side::Right, options).unwrap();
        shape.push(2);
        let ranges = View::new(&ranges, &shape).unwrap();
        let right = context.quantize(b, Side::Right, options, Some(ranges)).unwrap();
        let sums = context.count(&left, &right, options, 0).unwrap();
        assert_eq!(sums.iter().map(|&sum| i64::from(sum)).collect::<Vec<_>>(), case.sums, "{}", case.name);
        let d = *case.a.shape.last().unwrap();
        let y = context.dequantize(&sums, &left, &right, d, options).unwrap();
        assert_same_bits(&y, &case.y, &case.name);
    });
}

#[test]
fn layouts_do_not_change_a_bit() {
    each(|context, case, options, a, b| {
        // a with its columns backwards in memory and gaps between them, b stored column by column, y with gaps.
        let (n, m, d) = match (&case.a.shape[..], &case.b.shape[..]) {
            (&[n, d], &[m, _]) => (n, m, d),
            _ => return,
        };
        let (plain_a, plain_b) = (case.a.f32(), case.b.f32());
        let (mut wide, mut turned) = (vec![0.0_f64; n * d * 2], vec![0.0_f32; m * d]);
        for i in 0..n * d {
            wide[(i / d * d + d - 1 - i % d) * 2] = f64::from(plain_a[i]);
        }
        for i in 0..m * d {
            turned[i % d * m + i / d] = plain_b[i];
        }
        let strides = [2 * d as isize, -2];
        let strided_a = View::strided(&wide, 2 * d.saturating_sub(1), &[n, d], &strides).unwrap();
        let strided_b = View::new(&turned, &[d, m]).unwrap().transposed();
        assert_eq!((strided_a.shape(), strided_b.shape()), (a.shape(), b.shape()));
        let (mut y, mut report) = (vec![7.0_f32; n * m * 3 + 1], Report::default());
        let out = ViewMut::strided(&mut y, 1, &[n, m], &[3 * m as isize, 3]).unwrap();
        let outputs = Outputs::new().y(out).report(&mut report);
        context.matmul_into(strided_a, strided_b, options, outputs).unwrap();
        let made: Vec<f32> = y[1..].iter().step_by(3).copied().collect();
        assert_same_bits(&made, &case.y, &case.name);
        assert!(y.iter().enumerate().all(|(i, &value)| i % 3 == 1 || value == 7.0));
        assert!(report.stoc_len >= 1 && report.threads >= 1 && report.ms_total > 0.0);
    });
}
