//! Ten thousand rounds of everything leave memory as it was. A program of its own, so that nothing else allocates.
#![cfg(target_os = "linux")]

use scmp::{Calibration, Config, Context, MatmulOptions, PackedWeights, Status, View};

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn rounds(count: usize) {
    let (a, b) = ([[0.5_f32; 16]; 4], [[-0.25_f32; 16]; 6]);
    for _ in 0..count {
        let mut context = Context::builder().threads(1).cancelled(|| false).build().unwrap();
        let config = Config::named(&mut context, "lfsr_default", 8).unwrap();
        let text = config.to_json(&mut context, 16).unwrap();
        let config = Config::from_json(&mut context, &text, 8).unwrap();
        let mut calibration = Calibration::new(16).unwrap();
        calibration.observe(&a).unwrap();
        let scales: Vec<f32> = calibration.smooth_scales(&[View::from(&b)], 0.5).unwrap();
        let options = MatmulOptions::new().config(&config).smooth(&scales);
        let packed = PackedWeights::new(&mut context, &b, &options).unwrap();
        assert!(packed.bytes() > 0);
        assert_eq!(context.matmul_packed(&a, &packed).unwrap(), context.matmul(&a, &b, &options).unwrap());
        let error = context.matmul(&a, &[[0.0_f32; 15]], &options).unwrap_err();
        assert_eq!(error.status(), Status::DMismatch);
    }
}

#[test]
fn ten_thousand_rounds_leave_memory_flat() {
    rounds(500);
    let before = resident_kib();
    rounds(10_000);
    let after = resident_kib();
    assert!(after < before + 1024, "{before} KiB before, {after} KiB after");
}
