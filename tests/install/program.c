/* A caller as far from the library as can be: one file that is C99 and C++, and knows the right bits beforehand. */
#include <scmp/scmp.h>
#include <stdio.h>
#include <string.h>

#define N 2
#define M 3
#define D 4

int main(void) {
    const float a[N * D] = {1.0f, -2.0f, 3.0f, 0.5f, 0.25f, 4.0f, -1.5f, 2.0f};
    const float b[M * D] = {2.0f, 1.0f, -1.0f, 3.0f, 0.5f, -0.75f, 1.25f, 1.0f, -3.0f, 0.125f, 2.5f, -1.0f};
    /* From the specification without the library: expected.py prints them. */
    const uint32_t expected[N * M] = {0xbfc18000u, 0x40c8a000u, 0x40730000u, 0x41418000u, 0xc02dc000u, 0xc0c30000u};
    float y[N * M];
    uint32_t bits[N * M];
    scmp_ctx *ctx = NULL;
    scmp_tensor ta = scmp_tensor_2d(SCMP_DTYPE_F32, a, N, D);
    scmp_tensor tb = scmp_tensor_2d(SCMP_DTYPE_F32, b, M, D);
    scmp_tensor ty = scmp_tensor_2d(SCMP_DTYPE_F32, y, N, M);
    int i, wrong = 0;

    if (scmp_version_number() != SCMP_VERSION_MAJOR * 10000 + SCMP_VERSION_MINOR * 100 + SCMP_VERSION_PATCH) {
        printf("the library is version %s, the header is another\n", scmp_version());
        return 1;
    }
    if (scmp_ctx_create(NULL, &ctx) != SCMP_OK || scmp_matmul(ctx, &ta, &tb, NULL, NULL, &ty) != SCMP_OK) {
        printf("%s\n", scmp_last_error());
        return 1;
    }
    scmp_ctx_destroy(&ctx);
    memcpy(bits, y, sizeof bits);
    for (i = 0; i < N * M; i++) {
        if (bits[i] != expected[i]) {
            printf("y[%d] = %08lx (%g), expected %08lx\n", i, (unsigned long)bits[i], (double)y[i],
                   (unsigned long)expected[i]);
            wrong = 1;
        }
    }
    return wrong;
}
