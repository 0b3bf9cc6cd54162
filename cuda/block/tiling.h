// How a count is cut into tiles, each the work of one block.
#pragma once

#include "cuda/block/block.h"

namespace scmp::cuda {

SCMP_DEVICE std::int64_t tiles_of(std::int64_t size, std::int64_t tile) {
    return (size + tile - 1) / tile;
}

// The part of the sums (batch, n, m) that a block adds to, and the inner indices that it adds from. Tiles are numbered
// with the rows of a innermost, so that blocks which run at the same time share rows of b.
struct TilePlace {
    std::int64_t batch, n0, m0, d0, d1;
};
struct Tiling {
    std::int64_t batch, n, m;
    std::int64_t d0, d1;          // inner indices to count
    std::int64_t splits, split_d; // parts of them that blocks take on, and their size

    SCMP_DEVICE std::int64_t tiles(int rows, int columns) const {
        return batch * splits * tiles_of(n, rows) * tiles_of(m, columns);
    }
    SCMP_DEVICE TilePlace place(std::int64_t tile, int rows, int columns) const {
        const std::int64_t row_tiles = tiles_of(n, rows);
        const std::int64_t column_tiles = tiles_of(m, columns);
        const std::int64_t rest = tile / row_tiles / column_tiles;
        const std::int64_t begin = d0 + rest % splits * split_d;
        return {rest / splits, tile % row_tiles * rows, tile / row_tiles % column_tiles * columns, begin,
                begin + split_d < d1 ? begin + split_d : d1};
    }
};

// The sums (batch, n, m) that belong to a tile.
struct TileSums {
    static constexpr int most = 1024; // rows or columns of a tile

    std::int32_t *first;
    std::int64_t m;
    int rows, columns; // that exist from the first on, as far as a tile may reach

    SCMP_DEVICE TileSums(std::int32_t *sums, const Tiling &tiling, const TilePlace &at)
        : first(sums + (at.batch * tiling.n + at.n0) * tiling.m + at.m0), m(tiling.m),
          rows(static_cast<int>(tiling.n - at.n0 < most ? tiling.n - at.n0 : most)),
          columns(static_cast<int>(tiling.m - at.m0 < most ? tiling.m - at.m0 : most)) {}

    // `row` and `column` within the tile; does nothing where there is no such sum.
    template <class Block> SCMP_DEVICE void add(const Block &block, int row, int column, std::int32_t value) const {
        if (row < rows && column < columns) block.add(first + row * m + column, value);
    }
};

} // namespace scmp::cuda
