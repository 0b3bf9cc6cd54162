// The numbers of Spec 5 that turn sums into values; row_loops.h has the formulas.
#include "dequantize/dequantize.h"

namespace scmp::dequantize {
float unit(int q_max, int stoc_len) {
    return static_cast<float>(q_max * q_max) / static_cast<float>(stoc_len);
}

float tensor_factor(double scale_a, double scale_b) {
    return static_cast<float>(scale_a * scale_b);
}

float head_factor(float c, float scale_a, float scale_b) {
    return c * (scale_a * scale_b);
}

float tensor_d_term(double d, double za, double zb) {
    return static_cast<float>(d * za * zb);
}

} // namespace scmp::dequantize
