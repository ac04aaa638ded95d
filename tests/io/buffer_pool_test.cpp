#include "io/buffer_pool.hpp"

#include <vector>

#include <catch2/catch.hpp>

using namespace weir;
using io::BufferPool;

namespace {

std::int64_t blocks_alive() { return Census::here().of(Kind::buffer); }

using Blocks = std::vector<std::unique_ptr<BufferPool::Block>>;

Blocks borrow(BufferPool& pool, std::size_t count) {
  Blocks blocks;
  for (std::size_t i = 0; i < count; ++i) blocks.push_back(pool.borrow());
  return blocks;
}

}  // namespace

TEST_CASE("the scratch buffer is large, and always the same") {
  BufferPool pool;
  CHECK(pool.scratch().size() == 64 * 1024);
  CHECK(pool.scratch().data() == pool.scratch().data());
  CHECK(blocks_alive() == 0);
}

TEST_CASE("a block that came back is lent again") {
  BufferPool pool;
  auto block = pool.borrow();
  const BufferPool::Block* const address = block.get();
  CHECK(pool.borrowed() == 1);
  pool.give_back(std::move(block));
  CHECK(pool.borrowed() == 0);
  CHECK(blocks_alive() == 1);

  auto again = pool.borrow();
  CHECK(again.get() == address);
  auto other = pool.borrow();
  CHECK(other.get() != address);
  CHECK(pool.borrowed() == 2);
  pool.give_back(std::move(again));
  pool.give_back(std::move(other));
}

TEST_CASE("the pool keeps a bounded number of blocks") {
  BufferPool pool;
  Blocks blocks = borrow(pool, BufferPool::kKeptMax + 10);
  CHECK(blocks_alive() == BufferPool::kKeptMax + 10);
  for (auto& block : blocks) pool.give_back(std::move(block));
  CHECK(pool.borrowed() == 0);
  CHECK(blocks_alive() == BufferPool::kKeptMax);
}

TEST_CASE("a pool that is destroyed frees the blocks that it keeps") {
  {
    BufferPool pool;
    for (auto& block : borrow(pool, 3)) pool.give_back(std::move(block));
    CHECK(blocks_alive() == 3);
  }
  CHECK(blocks_alive() == 0);
}
