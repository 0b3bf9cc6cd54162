//! Every status reaches the caller, with the library's sentence, and leaves outputs alone.

mod common;

use scmp::{
    Backend, Calibration, Config, ConfigDesc, Context, DType, Element, Error, Generator, Granularity, MatmulOptions,
    Mode, Outputs, Result, Side, Status, View, ViewMut, F16,
};

const A: [[f32; 4]; 3] = [[1.0; 4]; 3];
const B: [[f32; 4]; 5] = [[1.0; 4]; 5];
const A3: [[[f32; 4]; 3]; 2] = [[[1.0; 4]; 3]; 2];

fn context() -> Context {
    Context::new().unwrap()
}

fn matmul<'a, 'b>(a: impl Into<View<'a>>, b: impl Into<View<'b>>, options: &MatmulOptions<'_>) -> Error {
    context().matmul(a, b, options).unwrap_err()
}

#[track_caller]
fn expect<T>(result: Result<T>, status: Status, words: &str) {
    expect_error(result.err().expect("an error"), status, words);
}

#[track_caller]
fn expect_error(error: Error, status: Status, words: &str) {
    assert_eq!(error.status(), status, "{error}");
    assert!(error.sentence().contains(words), "{error}");
    assert_eq!(error.to_string(), error.sentence());
}

#[test]
fn invalid_argument() {
    let words = [
        ("stoc_len", MatmulOptions::new().stoc_len(257)),
        ("stoc_len", MatmulOptions::new().stoc_len(0)),
        ("stoc_len", MatmulOptions::new().stoc_len(u32::MAX)),
        ("rng_levels", MatmulOptions::new().rng_levels(16385)),
        ("sc_prec", MatmulOptions::new().sc_prec(11)),
        ("group_a", MatmulOptions::new().group_a(0)),
        ("group_b", MatmulOptions::new().group_b(0)),
    ];
    for (name, options) in words {
        expect_error(matmul(&A, &B, &options), Status::InvalidArgument, name);
    }
    expect(Context::builder().threads(0).build(), Status::InvalidArgument, "threads");
    expect(context().set_threads(Some(1025)), Status::InvalidArgument, "threads");
    expect(scmp::sobol_seeds(Side::Left, 11), Status::InvalidArgument, "sc_prec");
    expect(Config::named(&mut context(), "a\0b", 8), Status::InvalidArgument, "zero byte");
    let nothing = Outputs::new();
    expect(context().matmul_into(&A, &B, &MatmulOptions::new(), nothing), Status::InvalidArgument, "NULL");
}

#[test]
fn invalid_alpha() {
    for alpha in [-0.5, 1.5, f64::NAN] {
        let mut calibration = Calibration::new(4).unwrap();
        expect(calibration.smooth_scales::<f32>(&[View::from(&B)], alpha), Status::InvalidAlpha, "alpha");
    }
}

#[test]
fn d_mismatch() {
    let narrow = View::from(&B).narrowed(1, 0..3).unwrap();
    expect_error(matmul(&A, narrow, &MatmulOptions::new()), Status::DMismatch, "b has D = 3, a has D = 4");
    let scales = [1.0_f32; 3];
    expect_error(matmul(&A, &B, &MatmulOptions::new().smooth(&scales)), Status::DMismatch, "D = 4");
    expect(Calibration::new(3).unwrap().observe(&A), Status::DMismatch, "D = 4");
    let mut four = Calibration::new(4).unwrap();
    expect(four.merge(&Calibration::new(5).unwrap()), Status::DMismatch, "5");
}

#[test]
fn scales() {
    let options = MatmulOptions::new();
    expect_error(matmul(&A, &B, &options.clone().smooth(&A)), Status::ScalesNot1d, "(D,)");
    for wrong in [0.0, -1.0, f32::INFINITY, f32::NAN] {
        let scales = [1.0, wrong, 1.0, 1.0];
        expect_error(matmul(&A, &B, &options.clone().smooth(&scales)), Status::InvalidScales, "scales");
        expect(context().smooth_activation::<f32>(&A, &scales), Status::InvalidScales, "scales");
    }
}

#[test]
fn invalid_shape() {
    let options = MatmulOptions::new();
    expect_error(matmul(&A, &A3, &options), Status::InvalidShape, "rank");
    expect_error(matmul(&A[0], &B[0], &options), Status::InvalidShape, "rank");
    let mut small = [[7.0_f32; 5]; 2];
    let result = context().matmul_into(&A, &B, &options, Outputs::new().y(&mut small));
    expect(result, Status::InvalidShape, "y");
    assert_eq!(small, [[7.0; 5]; 2]);
    let wide = View::strided(&[1.0_f32], 0, &[1, 1 << 40], &[0, 0]).unwrap();
    expect_error(matmul(wide, wide, &options), Status::InvalidShape, "D");
}

#[test]
fn views_keep_inside_their_slices() {
    let data = [1.0_f32; 12];
    let mut output = [1.0_f32; 12];
    for shape in [&[5_usize, 3][..], &[13], &[usize::MAX, usize::MAX], &[1, 1, 1, 1, 1, 1, 1, 1, 12]] {
        expect(View::new(&data, shape), Status::InvalidShape, "view");
        expect(ViewMut::new(&mut output, shape), Status::InvalidShape, "view");
    }
    let outside: [(usize, &[usize], &[isize]); 8] = [
        (0, &[3, 5], &[4, 1]),
        (1, &[3, 4], &[4, 1]),
        (3, &[3, 4], &[4, -2]),
        (12, &[1], &[1]),
        (12, &[], &[]),
        (0, &[2], &[isize::MAX]),
        (0, &[usize::MAX, usize::MAX], &[isize::MIN, isize::MAX]),
        (0, &[2, 2], &[1]),
    ];
    for (offset, shape, strides) in outside {
        expect(View::strided(&data, offset, shape, strides), Status::InvalidShape, "");
        expect(ViewMut::strided(&mut output, offset, shape, strides), Status::InvalidShape, "");
    }
    for (offset, shape) in [(11, &[12][..]), (11, &[4]), (100, &[0])] {
        View::strided(&data, offset, shape, &[-1]).unwrap();
        ViewMut::strided(&mut output, offset, shape, &[-1]).unwrap();
    }
    for (axis, range) in [(2, 0..1), (0, 0..4), (1, 5..5), (1, 3..usize::MAX)] {
        let view = View::new(&data, &[3, 4]).unwrap();
        expect(view.narrowed(axis, range), Status::InvalidShape, "range");
    }
}

#[test]
fn invalid_dtype() {
    expect_error(matmul(&A, &[[1_i32; 4]], &MatmulOptions::new()), Status::InvalidDtype, "i32");
    expect(Calibration::with(context(), 4, DType::I8), Status::InvalidDtype, "i8");
    let mut y = [[7.0_f64; 5]; 3];
    let result = context().matmul_into(&A, &B, &MatmulOptions::new(), Outputs::new().y(&mut y));
    expect(result, Status::InvalidDtype, "f64");
    assert_eq!(y, [[7.0; 5]; 3]);
}

#[test]
fn non_finite() {
    for wrong in [f64::NAN, f64::INFINITY, 1e39] {
        expect_error(matmul(&A, &[[1.0, wrong, 1.0, 1.0]], &MatmulOptions::new()), Status::NonFinite, "b");
    }
    expect(Calibration::new(2).unwrap().observe(&[F16(0x7c00), F16(0)]), Status::NonFinite, "x");
}

#[test]
fn invalid_config() {
    let mut context = context();
    expect(Config::named(&mut context, "sobol_best", 8), Status::InvalidConfig, "sobol_best");
    expect(Config::named(&mut context, "sobol_tuned", 3), Status::InvalidConfig, "sc_prec");
    expect(Config::from_json(&mut context, "{\"rng_pool\": 3}", 8), Status::InvalidConfig, "rng_pool");
    let short = ConfigDesc {
        generators: vec![Generator::sobol(Side::Left)],
        left: vec![Element::new(0); 3],
        right: vec![Element::new(0); 3],
        ..ConfigDesc::default()
    };
    let config = Config::from_desc(&mut context, &short).unwrap();
    assert_eq!(config.d_max(), Some(3));
    expect(context.matmul(&A, &B, &MatmulOptions::new().config(&config)), Status::InvalidConfig, "3");
    let mut wrong = short.clone();
    wrong.left[1].permutation = Some(vec![0, 1, 2]);
    expect(Config::from_desc(&mut context, &wrong), Status::InvalidConfig, "permutation");
    let mut wrong = short.clone();
    wrong.generators = vec![Generator::Lfsr { seed: 0, taps: None, zero_state: false }];
    expect(Config::from_desc(&mut context, &wrong), Status::InvalidConfig, "seed");
    let mut wrong = short;
    wrong.right[2].generator = 1;
    expect(Config::from_desc(&mut context, &wrong), Status::InvalidConfig, "1");
}

#[test]
fn unsupported() {
    let options = MatmulOptions::new().granularity(Granularity::PerHead);
    expect_error(matmul(&A, &B, &options), Status::Unsupported, "per_head");
    let options = MatmulOptions::new().mode(Mode::Unipolar).chunk_d(2);
    expect_error(matmul(&A, &B, &options), Status::Unsupported, "chunk_d");
    let result = context().matmul_counts(&A, &B, &MatmulOptions::new().chunk_d(2));
    expect(result, Status::Unsupported, "counts");
    if !scmp::backend_available(Backend::Cuda) {
        expect(Context::builder().backend(Backend::Cuda).build(), Status::Unsupported, "cuda");
    }
}

#[test]
fn out_of_memory() {
    expect(Calibration::new(1 << 45), Status::OutOfMemory, "");
    let tall = View::strided(&[1.0_f32], 0, &[1 << 40, 1], &[0, 0]).unwrap();
    expect_error(matmul(tall, tall, &MatmulOptions::new()), Status::OutOfMemory, "memory");
}

#[test]
fn files() {
    let folder = std::env::temp_dir().join(format!("scmp-rust-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("statistics.safetensors");
    expect(Calibration::load(context(), &path, None), Status::Io, "statistics");
    expect(Calibration::new(4).unwrap().save(folder.join("no/where")), Status::Io, "where");
    std::fs::write(&path, b"no statistics").unwrap();
    expect(Calibration::load(context(), &path, None), Status::Format, "");
    expect(Config::from_json(&mut context(), "{", 8), Status::Format, "JSON");

    let mut calibration = Calibration::with(context(), 4, DType::F64).unwrap();
    calibration.observe_rows(&[[1.0, -2.0, 3.0, 0.0], [9.0, 9.0, 9.0, 9.0]], &[1_u8, 0]).unwrap();
    calibration.save(&path).unwrap();
    expect(Calibration::load(context(), &path, Some(5)), Status::DMismatch, "5");
    let back = Calibration::load(context(), &path, Some(4)).unwrap();
    assert_eq!((back.rows(), back.d(), back.dtype()), (1, 4, DType::F64));
    assert_eq!(back.act_scales::<f64>().unwrap(), [1.0, 2.0, 3.0, 0.0]);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn cancelled() {
    let mut context = Context::builder().cancelled(|| true).build().unwrap();
    let mut y = [[7.0_f32; 5]; 3];
    let result = context.matmul_into(&A, &B, &MatmulOptions::new(), Outputs::new().y(&mut y));
    expect(result, Status::Cancelled, "");
    assert_eq!(y, [[7.0; 5]; 3]);
}

#[test]
fn overlap() {
    let mut y = [7.0_f32; 15];
    let out = ViewMut::strided(&mut y, 0, &[3, 5], &[1, 1]).unwrap();
    let result = context().matmul_into(&A, &B, &MatmulOptions::new(), Outputs::new().y(out));
    expect(result, Status::Overlap, "y");
    assert_eq!(y, [7.0; 15]);
}

/// Device and defect cannot be brought about here; they come out of the same function as the others.
#[test]
fn every_status_has_its_name_and_number() {
    use Status::*;
    let all = [
        (InvalidArgument, 1, "SCMP_ERROR_INVALID_ARGUMENT"),
        (InvalidAlpha, 2, "SCMP_ERROR_INVALID_ALPHA"),
        (DMismatch, 3, "SCMP_ERROR_D_MISMATCH"),
        (ScalesNot1d, 4, "SCMP_ERROR_SCALES_NOT_1D"),
        (InvalidShape, 5, "SCMP_ERROR_INVALID_SHAPE"),
        (InvalidDtype, 6, "SCMP_ERROR_INVALID_DTYPE"),
        (NonFinite, 7, "SCMP_ERROR_NON_FINITE"),
        (InvalidConfig, 8, "SCMP_ERROR_INVALID_CONFIG"),
        (Unsupported, 9, "SCMP_ERROR_UNSUPPORTED"),
        (OutOfMemory, 10, "SCMP_ERROR_OUT_OF_MEMORY"),
        (Device, 11, "SCMP_ERROR_DEVICE"),
        (Io, 12, "SCMP_ERROR_IO"),
        (Format, 13, "SCMP_ERROR_FORMAT"),
        (Cancelled, 14, "SCMP_ERROR_CANCELLED"),
        (InvalidScales, 15, "SCMP_ERROR_INVALID_SCALES"),
        (Overlap, 16, "SCMP_ERROR_OVERLAP"),
        (Internal, 17, "SCMP_ERROR_INTERNAL"),
    ];
    for (status, code, name) in all {
        assert_eq!((status.code(), status.name(), status.to_string().as_str()), (code, name, name));
    }
}

#[test]
fn errors_of_files_have_the_systems_error_as_their_source() {
    use std::io::{Error, ErrorKind};
    let folder = std::env::temp_dir().join(format!("scmp-errors-of-files-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let kind = |error: &scmp::Error| {
        let source = std::error::Error::source(error).expect("an error of a file without a source");
        source.downcast_ref::<Error>().unwrap().kind()
    };
    for (path, number) in [(folder.join("no/where"), 2), (folder.clone(), 21), ("/dev/null/file".into(), 20)] {
        let load = Calibration::load(context(), &path, None).unwrap_err();
        let save = Calibration::new(4).unwrap().save(&path).unwrap_err();
        for error in [load, save] {
            assert_eq!(error.status(), Status::Io);
            assert_eq!(kind(&error), Error::from_raw_os_error(number).kind(), "{error}");
            assert_eq!(error.clone(), error);
        }
    }
    let missing = Calibration::load(context(), folder.join("nowhere"), None).unwrap_err();
    assert_eq!(kind(&missing), ErrorKind::NotFound);
    std::fs::remove_dir_all(&folder).unwrap();
    let other = Calibration::with(context(), 4, scmp::DType::I8).unwrap_err();
    assert!(std::error::Error::source(&other).is_none());
    assert_ne!(missing, other);
}

#[cfg(unix)]
#[test]
fn paths_are_bytes_without_a_zero() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = std::env::temp_dir().join(format!("scmp-paths-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let calibration = Calibration::new(4).unwrap();
    let zero = folder.join(OsStr::from_bytes(b"zero\0inside"));
    expect(calibration.save(&zero), Status::InvalidArgument, "zero byte");
    expect(Calibration::load(context(), &zero, None), Status::InvalidArgument, "zero byte");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    let name = folder.join(OsStr::from_bytes(b"n\xff\xfe"));
    calibration.save(&name).unwrap();
    assert_eq!(Calibration::load(context(), &name, Some(4)).unwrap().d(), 4);
    std::fs::remove_dir_all(&folder).unwrap();
}
