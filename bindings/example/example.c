/*
 * The worked example in C (README.md here): calibrate, smooth, multiply, compare with the float product.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <scmp/scmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALIB = 256, FIRST = 100, N = 128, M = 384, D = 384 };

static uint16_t calib[CALIB][D], a[N][D], b[M][D]; /* float16 */
static double r[N][M];                             /* the float product */
static float s[D], y[N][M], z[N][M], packed_z[N][M];
static int32_t counts[N][M];

static void try_(scmp_status status) {
    if (status == SCMP_OK) return;
    fprintf(stderr, "%s: %s\n", scmp_status_string(status), scmp_last_error());
    exit(1);
}

static void read_npy(const char *directory, const char *name, void *to, size_t bytes) {
    char path[4096];
    unsigned char head[10];
    snprintf(path, sizeof(path), "%s/%s.npy", directory, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL || fread(head, 1, 10, file) != 10 || fseek(file, 10 + head[8] + 256 * head[9], SEEK_SET) != 0 ||
        fread(to, 1, bytes, file) != bytes) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(1);
    }
    fclose(file);
}

static double widen(uint16_t half) {
    const int exponent = half >> 10 & 31, fraction = half & 1023;
    const double magnitude = exponent == 0 ? ldexp(fraction, -24) : ldexp(1024 + fraction, exponent - 25);
    return half & 0x8000 ? -magnitude : magnitude;
}

static void float_product(void) {
    for (int n = 0; n < N; n++)
        for (int m = 0; m < M; m++)
            for (int d = 0; d < D; d++) r[n][m] += widen(a[n][d]) * widen(b[m][d]);
}

static uint64_t bits(const void *data, size_t bytes) {
    const unsigned char *byte = data;
    uint64_t hash = 14695981039346656037U;
    for (size_t i = 0; i < bytes; i++) hash = (hash ^ byte[i]) * 1099511628211U;
    return hash;
}

static double db(float v[N][M]) {
    double signal = 0, noise = 0;
    for (int n = 0; n < N; n++)
        for (int m = 0; m < M; m++) {
            const double error = (double)v[n][m] - r[n][m];
            signal += r[n][m] * r[n][m];
            noise += error * error;
        }
    return 10 * log10(signal / noise);
}

static void smoothing_scales(scmp_ctx *ctx, const scmp_tensor *weight, const scmp_tensor *scales) {
    scmp_calib *all = NULL, *rest = NULL;
    float act[D];
    const scmp_tensor first_rows = scmp_tensor_2d(SCMP_DTYPE_F16, calib, FIRST, D);
    const scmp_tensor other_rows = scmp_tensor_2d(SCMP_DTYPE_F16, calib[FIRST], CALIB - FIRST, D);
    const scmp_tensor maxima = scmp_tensor_1d(SCMP_DTYPE_F32, act, D);
    try_(scmp_calib_create(ctx, D, SCMP_DTYPE_F32, &all));
    try_(scmp_calib_create(ctx, D, SCMP_DTYPE_F32, &rest));
    try_(scmp_calib_observe(all, &first_rows, NULL));
    try_(scmp_calib_observe(rest, &other_rows, NULL));
    try_(scmp_calib_merge(all, rest));
    try_(scmp_calib_act_scales(all, &maxima));
    try_(scmp_smooth_scales(all, weight, 1, 0.5, scales));

    int channel = 0;
    float least = s[0], largest = s[0];
    for (int d = 0; d < D; d++) {
        if (act[d] > act[channel]) channel = d;
        if (s[d] < least) least = s[d];
        if (s[d] > largest) largest = s[d];
    }
    printf("a (%d, %d), b (%d, %d), calibrated on %d rows\n", N, D, M, D, (int)scmp_calib_rows(all));
    printf("largest activation %.6f in channel %d\n", (double)act[channel], channel);
    printf("scales %.6f to %.6f, bits %016llx\n", (double)least, (double)largest,
           (unsigned long long)bits(s, sizeof(s)));
    scmp_calib_destroy(&rest);
    scmp_calib_destroy(&all);
}

int main(int argc, char **argv) {
    const char *directory = argc > 1 ? argv[1] : "tests/data/minilm";
    read_npy(directory, "calib_0_mlp_up", calib, sizeof(calib));
    read_npy(directory, "eval_0_mlp_up", a, sizeof(a));
    read_npy(directory, "weight_0_mlp_up", b, sizeof(b));
    float_product();

    scmp_ctx *ctx = NULL;
    scmp_config *tuned = NULL;
    try_(scmp_ctx_create(NULL, &ctx));
    try_(scmp_config_create_named(ctx, "sobol_tuned", 8, &tuned));
    const scmp_tensor ta = scmp_tensor_2d(SCMP_DTYPE_F16, a, N, D), tb = scmp_tensor_2d(SCMP_DTYPE_F16, b, M, D);
    const scmp_tensor ts = scmp_tensor_1d(SCMP_DTYPE_F32, s, D);
    smoothing_scales(ctx, &tb, &ts);

    scmp_matmul_options options;
    scmp_matmul_options_init(&options);
    options.config = tuned;
    const scmp_tensor ty = scmp_tensor_2d(SCMP_DTYPE_F32, y, N, M), tz = scmp_tensor_2d(SCMP_DTYPE_F32, z, N, M);
    const scmp_tensor tp = scmp_tensor_2d(SCMP_DTYPE_F32, packed_z, N, M);
    int same = 0;
    for (int length = 64; length <= 256; length *= 2) {
        options.stoc_len = length;
        options.smooth = NULL;
        try_(scmp_matmul(ctx, &ta, &tb, &options, NULL, &ty));
        options.smooth = &ts;
        try_(scmp_matmul(ctx, &ta, &tb, &options, NULL, &tz));
        printf("stoc_len %3d: %.4f dB, bits %016llx; smoothed %.4f dB, bits %016llx\n", length, db(y),
               (unsigned long long)bits(y, sizeof(y)), db(z), (unsigned long long)bits(z, sizeof(z)));
        if (length == 128) {
            scmp_packed *packed = NULL;
            try_(scmp_packed_create(ctx, &tb, &options, &packed));
            try_(scmp_matmul_packed(ctx, &ta, packed, NULL, &tp));
            same = memcmp(packed_z, z, sizeof(z)) == 0;
            scmp_packed_destroy(&packed);
        }
    }
    printf("packed: %s bits\n", same ? "same" : "other");
    printf("y[0][0..3] %.6f %.6f %.6f %.6f\n", (double)z[0][0], (double)z[0][1], (double)z[0][2], (double)z[0][3]);
    printf("r[0][0..3] %.6f %.6f %.6f %.6f\n", r[0][0], r[0][1], r[0][2], r[0][3]);

    const scmp_tensor tc = scmp_tensor_2d(SCMP_DTYPE_I32, counts, N, M);
    scmp_matmul_options_init(&options);
    scmp_call call;
    scmp_call_init(&call);
    call.counts = &tc;
    try_(scmp_matmul(ctx, &ta, &tb, &options, &call, NULL));
    int32_t least = counts[0][0], largest = counts[0][0];
    for (int i = 0; i < N * M; i++) {
        if (counts[i / M][i % M] < least) least = counts[i / M][i % M];
        if (counts[i / M][i % M] > largest) largest = counts[i / M][i % M];
    }
    printf("counts %d to %d, bits %016llx\n", (int)least, (int)largest,
           (unsigned long long)bits(counts, sizeof(counts)));

    scmp_tensor narrow = tb;
    narrow.shape[1] = D - 1;
    const scmp_status status = scmp_matmul(ctx, &ta, &narrow, NULL, NULL, &ty);
    printf("error %s: %s\n", scmp_status_string(status), scmp_last_error());

    scmp_config_destroy(&tuned);
    scmp_ctx_destroy(&ctx);
    return 0;
}
