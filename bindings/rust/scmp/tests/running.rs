//! Threads, callbacks, and the smaller functions.

mod common;

use std::ops::Range;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::mpsc::channel;
use std::thread;

use common::numbers;
use scmp::{
    Backend, Bf16, Calibration, Config, ConfigDesc, Context, Element, Generator, LogLevel, MatmulOptions, Mode,
    Outputs, PackedWeights, Quantized, QuantizedView, Report, Scramble, Side, View, ViewMut, F16,
};

#[test]
fn two_threads_at_the_same_time() {
    let (a, b) = (numbers(64 * 96, 1), numbers(48 * 96, 2));
    let (a, b) = (View::new(&a, &[64, 96]).unwrap(), View::new(&b, &[48, 96]).unwrap());
    let mut context = Context::new().unwrap();
    let config = Config::named(&mut context, "sobol_tuned", 8).unwrap();
    let options = MatmulOptions::new().config(&config);
    let packed = PackedWeights::new(&mut context, b, &options).unwrap();
    let expected = context.matmul(a, b, &options).unwrap();
    let work = |mut context: Context| {
        for _ in 0..50 {
            assert_eq!(context.matmul(a, b, &options).unwrap(), expected);
            assert_eq!(context.matmul_packed(a, &packed).unwrap(), expected);
        }
    };
    // One context moves to another thread, the other is made here; configuration and weights are shared.
    let other = Context::builder().threads(1).build().unwrap();
    thread::scope(|scope| {
        scope.spawn(|| work(context));
        scope.spawn(|| work(other));
    });
}

#[test]
fn handles_end_on_other_threads() {
    let mut context = Context::new().unwrap();
    let config = Config::named(&mut context, "lfsr_default", 8).unwrap();
    let packed = PackedWeights::new(&mut context, &[[1.0_f32, 2.0]], &MatmulOptions::new()).unwrap();
    let mut calibration = Calibration::new(2).unwrap();
    calibration.observe(&[1.0_f32, -2.0]).unwrap();
    drop(context);
    let calibration = thread::spawn(move || {
        calibration.observe(&[[-3.0_f32, 0.5]]).unwrap();
        drop((config, packed));
        calibration
    });
    assert_eq!(calibration.join().unwrap().act_scales::<f32>().unwrap(), [3.0, 2.0]);
}

#[test]
fn callbacks_are_called() {
    let (shares, all_shares) = channel();
    let (lines, all_lines) = channel();
    let mut context = Context::builder()
        .backend(Backend::Cpu)
        .threads(2)
        .cache_bytes(1 << 20)
        .progress(move |share| shares.send(share).unwrap())
        .log(LogLevel::Debug, move |level, line| lines.send((level, line.to_owned())).unwrap())
        .cancelled(|| false)
        .build()
        .unwrap();
    let x = numbers(32 * 32, 3);
    let x = View::new(&x, &[32, 32]).unwrap();
    context.matmul(x, x, &MatmulOptions::new()).unwrap();
    let shares: Vec<f64> = all_shares.try_iter().collect();
    assert!(shares.windows(2).all(|pair| pair[0] <= pair[1]), "{shares:?}");
    assert_eq!(shares.last(), Some(&1.0));
    assert!(all_lines.try_iter().any(|(level, _)| level == LogLevel::Info));
    assert_eq!((context.backend(), context.threads()), (Backend::Cpu, 2));
    context.set_threads(Some(1)).unwrap();
    assert_eq!(context.threads(), 1);
    context.set_threads(None).unwrap();
    assert!(context.threads() >= 1);
    assert!(scmp::instruction_sets().iter().any(|isa| isa.available && isa.name == context.isa()));
}

/// No panic goes through C, and the context works on.
#[test]
fn a_panic_of_a_callback_reaches_the_caller() {
    let mut calls = 0;
    let mut context = Context::builder()
        .cancelled(move || {
            calls += 1;
            assert!(calls > 1, "the first question");
            false
        })
        .build()
        .unwrap();
    let mut y = [[7.0_f32]];
    let mut product = |y: &mut [[f32; 1]; 1]| {
        let outputs = Outputs::new().y(y);
        context.matmul_into(&[[1.0_f32]], &[[1.0_f32]], &MatmulOptions::new(), outputs)
    };
    let panic = catch_unwind(AssertUnwindSafe(|| product(&mut y))).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"the first question"));
    assert_eq!(y, [[7.0]]);
    product(&mut y).unwrap();
    assert_ne!(y, [[7.0]]);
}

#[test]
fn the_cache_is_seen_and_dropped() {
    let mut context = Context::builder().backend(Backend::Reference).build().unwrap();
    let x = [[0.5_f32, 1.0]];
    let first = context.matmul(&x, &x, &MatmulOptions::new()).unwrap();
    let misses = context.cache_misses();
    assert!(misses > 0 && context.cache_bytes() > 0);
    context.matmul(&x, &x, &MatmulOptions::new()).unwrap();
    assert_eq!(context.cache_misses(), misses);
    context.clear_cache();
    context.trim();
    assert_eq!(context.cache_bytes(), 0);
    assert_eq!(context.matmul(&x, &x, &MatmulOptions::new()).unwrap(), first);
}

#[test]
fn sixteen_bit_numbers_are_read_exactly() {
    for bits in 0..=u16::MAX {
        let (half, brain) = (F16(bits), Bf16(bits));
        assert_eq!(f32::from(brain).to_bits(), u32::from(bits) << 16);
        let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
        if exponent == 31 {
            assert_eq!(f32::from(half).is_nan(), fraction != 0.0);
            assert!(fraction != 0.0 || f32::from(half).is_infinite());
            continue;
        }
        let size = if exponent == 0 {
            fraction / 1024.0 * 2_f64.powi(-14)
        } else {
            (1.0 + fraction / 1024.0) * 2_f64.powi(exponent - 15)
        };
        let value = if bits >> 15 == 1 { -size } else { size };
        assert_eq!(f64::from(half).to_bits(), value.to_bits());
    }
    let (half, brain) = ([[F16(0x3c00), F16(0xc000)]], [[Bf16(0x3f80), Bf16(0xc000)]]); // 1, -2
    let mut context = Context::new().unwrap();
    let options = MatmulOptions::new();
    let expected = context.matmul(&[[1.0_f32, -2.0]], &[[1.0_f64, -2.0]], &options).unwrap();
    assert_eq!(context.matmul(&half, &brain, &options).unwrap(), expected);
    assert_eq!(context.matmul(&brain, &half, &options).unwrap(), expected);
}

#[test]
fn views_are_turned_and_cut() {
    let data: Vec<f32> = numbers(24, 4);
    let all = View::new(&data, &[2, 3, 4]).unwrap();
    let arrays: [[[f32; 4]; 3]; 2] = [0, 1].map(|i| [0, 1, 2].map(|j| [0, 1, 2, 3].map(|k| data[i * 12 + j * 4 + k])));
    let mut context = Context::new().unwrap();
    let options = MatmulOptions::new();
    assert_eq!(context.matmul(all, all, &options).unwrap(), context.matmul(&arrays, &arrays, &options).unwrap());
    let cut = all.narrowed(0, 1..2).unwrap().narrowed(2, 1..3).unwrap();
    let copy = [[0, 1, 2].map(|j| [data[12 + j * 4 + 1], data[12 + j * 4 + 2]])];
    assert_eq!(context.matmul(cut, cut, &options).unwrap(), context.matmul(&copy, &copy, &options).unwrap());
    assert_eq!(cut.transposed().shape(), [1, 2, 3]);
    assert_eq!(View::from(&data[..3]).transposed().shape(), [3]);
    let none = all.narrowed(1, 3..3).unwrap();
    assert_eq!(context.matmul(none, all, &options).unwrap(), []);
    let mut y = [9.0_f32; 9];
    let out = ViewMut::new(&mut y, &[3, 3]).unwrap().narrowed(0, 1..3).unwrap().narrowed(1, 0..1).unwrap();
    context.matmul_into(&[[0.0_f32], [0.0]], &[[1.0_f32]], &options, Outputs::new().y(out)).unwrap();
    assert_eq!(y, [9.0, 9.0, 9.0, 0.0, 9.0, 9.0, 0.0, 9.0, 9.0]);
}

#[test]
fn smoothing_is_what_its_parts_make() {
    let (a, b) = ([[1.0_f32, -20.0], [0.5, 10.0]], [[3.0_f32, 1.0], [-1.0, 0.5], [2.0, 2.0]]);
    let mut context = Context::new().unwrap();
    let mut calibration = Calibration::new(2).unwrap();
    calibration.observe(&a[0]).unwrap();
    let mut rest = Calibration::new(2).unwrap();
    rest.observe(&a[1]).unwrap();
    calibration.merge(&rest).unwrap();
    assert_eq!(calibration.rows(), 2);
    let act = calibration.act_scales::<f32>().unwrap();
    assert_eq!(act, [1.0, 20.0]);
    let scales = calibration.smooth_scales::<f32>(&[View::from(&b)], 0.5).unwrap();
    let halves = [View::from(&b).narrowed(0, 0..1).unwrap(), View::from(&b).narrowed(0, 1..3).unwrap()];
    assert_eq!(context.smooth_scales::<f32>(&act, &halves, 0.5, scmp::SMOOTH_EPS).unwrap(), scales);
    assert_eq!(scales[0], 1.0 / 3.0_f32.sqrt());
    let x: Vec<f32> = context.smooth_activation(&a, &scales).unwrap();
    let w: Vec<f32> = context.smooth_weight(&b, &scales).unwrap();
    assert_eq!(x[1], -20.0 / scales[1]);
    let (mut in_x, mut in_w) = (a, b);
    context.smooth_activation_in_place(&mut in_x, &scales).unwrap();
    context.smooth_weight_in_place(&mut in_w, &scales).unwrap();
    assert_eq!((in_x.concat(), in_w.concat()), (x, w));
    let options = MatmulOptions::new();
    let smooth = context.matmul(&a, &b, &options.clone().smooth(&scales)).unwrap();
    assert_eq!(context.matmul(&in_x, &in_w, &options).unwrap(), smooth);
}

/// Some inner indices of a quantized operand, as a simulator would hand them in.
fn part(whole: &Quantized, range: Range<usize>) -> QuantizedView<'_> {
    let boundary = QuantizedView::from(whole).boundary.unwrap();
    QuantizedView { boundary: Some(boundary.narrowed(1, range).unwrap()), ..QuantizedView::default() }
}

#[test]
fn a_long_d_is_counted_in_parts() {
    let (a, b) = (numbers(3 * 40, 5), numbers(4 * 40, 6));
    let (a, b) = (View::new(&a, &[3, 40]).unwrap(), View::new(&b, &[4, 40]).unwrap());
    let mut context = Context::new().unwrap();
    let options = MatmulOptions::new().stoc_len(64).mode(Mode::Unipolar);
    let left = context.quantize(a, Side::Left, &options, None).unwrap();
    let right = context.quantize(b, Side::Right, &options, None).unwrap();
    let mut sums = vec![0_i64; 12];
    for (first, last) in [(0, 15), (15, 40)] {
        let (x, y) = (part(&left, first..last), part(&right, first..last));
        let out = ViewMut::new(&mut sums, &[3, 4]).unwrap();
        context.count_into(x, y, &options, first, true, out).unwrap();
    }
    let whole = context.matmul_counts(a, b, &options).unwrap();
    assert_eq!(sums, whole.iter().map(|&sum| i64::from(sum)).collect::<Vec<_>>());
    let mut y = vec![0.0_f32; 12];
    let out = ViewMut::new(&mut y, &[3, 4]).unwrap();
    context.dequantize_into(View::new(&sums, &[3, 4]).unwrap(), &left, &right, 40, &options, out).unwrap();
    assert_eq!(y, context.matmul(a, b, &options).unwrap());
}

#[test]
fn sequences_and_tables() {
    let mut context = Context::new().unwrap();
    let options = MatmulOptions::new().sc_prec(4).stoc_len(6);
    let mut right = [0; 6];
    context.sequence(&options, Side::Right, 0, &mut right).unwrap();
    assert_eq!(right, [0, 8, 12, 4, 6, 14]); // README, "From the shell"
    let table = context.count_table(&options, 0, &[0, 16], &[0, 5, 16]).unwrap();
    assert_eq!(table, [0, 0, 0, 0, 2, 6]);
    assert_eq!(context.table_count(&options, 40).unwrap(), 16);
    let index = context.table_index(&options, 40).unwrap();
    assert_eq!((index[0], index[16]), (0, index[0]));
    let mut boundaries = [0; 8];
    scmp::level_boundaries(&options, &mut boundaries).unwrap();
    assert_eq!(boundaries, [0, 2, 5, 7, 9, 11, 14, 16]);
    assert_eq!(scmp::scramble_mask(Scramble::Bitrev, 1, 4), 8);
    assert!(scmp::scramble_applies(Scramble::Bitrev, 4, 6, 16));
    assert!(!scmp::scramble_applies(Scramble::Bitrev, 4, 16, 16));
    assert_eq!(scmp::rescale(15, 4, 100), 93);
    let taps = scmp::lfsr_tap_sets(8).unwrap();
    let draws = context.generator_draws(&Generator::Lfsr { seed: 5, taps: None, zero_state: false }, 8, 256).unwrap();
    let given = Generator::Lfsr { seed: 5, taps: Some(taps[0].clone()), zero_state: false };
    assert_eq!(context.generator_draws(&given, 8, 256).unwrap(), draws);
    assert_eq!((draws[0], draws[255]), (5, 5));
    let seeds = scmp::sobol_seeds(Side::Right, 8).unwrap();
    assert_eq!(seeds, [1, 1, 1, 1, 9, 1, 41, 255]);
    let given = Generator::Sobol { side: Side::Left, seeds: Some(seeds), start: 0 };
    let default = context.generator_draws(&Generator::sobol(Side::Right), 8, 256).unwrap();
    assert_eq!(context.generator_draws(&given, 8, 256).unwrap(), default);
    let random = context.generator_draws(&Generator::TrueRandom { seed: 1 }, 8, 4).unwrap();
    assert_eq!(random, [68, 32, 130, 60]); // CPython: r = random.Random(1); [r.randint(0, 255) for _ in range(4)]
}

#[test]
fn configurations_go_through_json() {
    let mut context = Context::new().unwrap();
    let desc = ConfigDesc {
        sc_prec: 6,
        generators: vec![Generator::sobol(Side::Left), Generator::Lfsr { seed: 9, taps: None, zero_state: false }],
        left: vec![Element::new(0), Element { complement: true, ..Element::new(1) }],
        right: vec![Element { permutation: Some(vec![5, 4, 3, 2, 1, 0]), ..Element::new(1) }, Element::new(0)],
        scramble: Scramble::AlwaysCounter,
        ..ConfigDesc::default()
    };
    let config = Config::from_desc(&mut context, &desc).unwrap();
    let text = config.to_json(&mut context, 2).unwrap();
    assert!(text.contains("always_counter"), "{text}");
    let back = Config::from_json(&mut context, &text, 6).unwrap();
    assert_eq!((back.sc_prec(), back.d_max()), (6, Some(2)));
    let (a, b) = ([[0.5_f32, -1.0], [0.25, 0.125]], [[1.0_f32, 0.5], [-0.75, 2.0]]);
    let options = MatmulOptions::new().sc_prec(6);
    let first = context.matmul(&a, &b, &options.clone().config(&config)).unwrap();
    let mut report = Report::default();
    let mut y = [[0.0_f32; 2]; 2];
    let outputs = Outputs::new().y(&mut y).report(&mut report);
    context.matmul_into(&a, &b, &options.config(&back), outputs).unwrap();
    assert_eq!(y.concat(), first);
    assert_eq!((report.scramble, report.scrambled, report.q_max), (Scramble::AlwaysCounter, true, 31));
    assert_eq!(scmp::named_configs()[0], "sobol_simple");
}

#[test]
fn generators_that_repeat_early_are_told_of() {
    let (lines, told) = channel();
    let mut context =
        Context::builder().log(LogLevel::Warning, move |_, line| lines.send(line.to_owned()).unwrap()).build().unwrap();
    let config = |taps: &str| {
        format!(
            r#"{{"rng_pool": [{{"type": "lfsr", "seed": 5, "taps": [{taps}]}}],
                 "sng": {{"q": [{{"rng_id": 0}}], "k": [{{"rng_id": 0}}]}}}}"#
        )
    };
    let bad = Config::from_json(&mut context, &config("1"), 8).unwrap();
    let warning = bad.warning().unwrap();
    assert!(
        warning.starts_with("rng_pool[0], an LFSR with taps 1 and seed 5, repeats after 8 draws (period 7"),
        "{warning}"
    );
    let good = Config::from_json(&mut context, &config("4, 3, 2, 0"), 8).unwrap();
    assert_eq!(good.warning(), None);
    context.matmul(&[[1.0_f32]], &[[1.0_f32]], &MatmulOptions::new().config(&bad)).unwrap();
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [warning]);
}

#[test]
fn versions_are_those_of_the_header() {
    assert_eq!(scmp::version(), scmp::sys::HEADER_VERSION);
    assert_eq!(scmp::spec_version(), scmp::sys::SCMP_SPEC_VERSION);
    assert_eq!(env!("CARGO_PKG_VERSION"), scmp::sys::HEADER_VERSION);
}
