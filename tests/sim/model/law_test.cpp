#include "sim/model/law.hpp"

#include <catch2/catch.hpp>

#include "support/seed.hpp"

using namespace weir;
using namespace std::chrono_literals;
using sim::model::Law;
using sim::model::Sizes;

namespace {

Random fresh() { return Random(StreamKey{test::seed(), "law", 0}); }

}  // namespace

TEST_CASE("a fixed law always gives its value and draws nothing") {
  Random random = fresh();
  CHECK(Law::fixed(5ms).draw(random) == 5ms);
  Random untouched = fresh();
  CHECK(random.next() == untouched.next());
}

TEST_CASE("a uniform law keeps within its ends and reaches towards both") {
  Random random = fresh();
  Duration least = 1h;
  Duration most{0};
  for (int i = 0; i < 1000; ++i) {
    const Duration drawn = Law::uniform(1ms, 3ms).draw(random);
    least = std::min(least, drawn);
    most = std::max(most, drawn);
  }
  CHECK(least >= 1ms);
  CHECK(most <= 3ms);
  CHECK(least < 1100us);
  CHECK(most > 2900us);
}

TEST_CASE("an exponential law has its mean") {
  Random random = fresh();
  Duration sum{0};
  for (int i = 0; i < 10'000; ++i) sum += Law::exponential(10ms).draw(random);
  CHECK(sum / 10'000 > 9500us);
  CHECK(sum / 10'000 < 10'500us);
}

TEST_CASE("sizes are drawn from their ends inclusively") {
  Random random = fresh();
  CHECK(Sizes{7, 7}.draw(random) == 7);
  bool low = false;
  bool high = false;
  for (int i = 0; i < 200; ++i) {
    const std::uint64_t size = Sizes{1, 3}.draw(random);
    REQUIRE(size >= 1);
    REQUIRE(size <= 3);
    low = low || size == 1;
    high = high || size == 3;
  }
  CHECK(low);
  CHECK(high);
}
