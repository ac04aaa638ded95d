#include "sim/world/port_table.hpp"

#include <catch2/catch.hpp>

using namespace weir;
using sim::internal::PortTable;

namespace {

const Endpoint kRemote{.address = {10, 0, 0, 1}, .port = 80};
const Endpoint kOther{.address = {10, 0, 0, 2}, .port = 80};
constexpr PortTable::Range kThree{100, 102};

bool none_reserved(std::uint16_t) { return false; }

std::optional<std::uint16_t> take(PortTable& table, const Endpoint& remote,
                                  TimePoint now = TimePoint()) {
  return table.take(remote, kThree, now, none_reserved);
}

}  // namespace

TEST_CASE("ports are handed out in turn until all are used") {
  PortTable table;
  CHECK(take(table, kRemote) == 100);
  CHECK(take(table, kRemote) == 101);
  CHECK(take(table, kRemote) == 102);
  CHECK(take(table, kRemote) == std::nullopt);
  table.release(kRemote, 101, TimePoint());
  CHECK(take(table, kRemote) == 101);
}

TEST_CASE("a port that was released is not used again before the others") {
  PortTable table;
  CHECK(take(table, kRemote) == 100);
  table.release(kRemote, 100, TimePoint());
  CHECK(take(table, kRemote) == 101);
}

TEST_CASE("a port may serve connections to different endpoints") {
  PortTable table;
  for (int i = 0; i < 3; ++i) CHECK(take(table, kRemote).has_value());
  CHECK(take(table, kOther).has_value());
  CHECK(table.is_used(100));
  CHECK_FALSE(table.is_used(103));
}

TEST_CASE("reserved ports are left out") {
  PortTable table;
  const auto reserved = [](std::uint16_t port) { return port != 101; };
  CHECK(table.take(kRemote, kThree, TimePoint(), reserved) == 101);
  CHECK(table.take(kRemote, kThree, TimePoint(), reserved) == std::nullopt);
}

TEST_CASE("a port that is released late can be taken from that time on") {
  PortTable table;
  for (int i = 0; i < 3; ++i) CHECK(take(table, kRemote).has_value());
  table.release(kRemote, 102, TimePoint(std::chrono::seconds(60)));
  CHECK(take(table, kRemote, TimePoint(std::chrono::seconds(59))) == std::nullopt);
  CHECK(take(table, kRemote, TimePoint(std::chrono::seconds(60))) == 102);
}
