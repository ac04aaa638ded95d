#include "real/asio_resolver.hpp"

#include <catch2/catch.hpp>

#include "real/worlds.hpp"

using namespace weir;
using task::Task;
using test::OneWorld;

namespace {

using Found = std::optional<Result<std::vector<Endpoint>>>;

// What it refers to outlives it.
Task<> resolve(OneWorld& one, HostPort name, TimePoint deadline, Found& found) {
  found = co_await one.io().resolver.resolve(std::move(name), deadline);
}

Result<std::vector<Endpoint>> resolve_now(const std::string& host, std::uint16_t port) {
  OneWorld one;
  Found found;
  one.run(resolve(one, HostPort{host, port}, one.deadline(), found));
  return *found;
}

}  // namespace

TEST_CASE("this host's own name is found, with the port that was asked for") {
  const auto found = resolve_now("localhost", 8080);
  REQUIRE(found);
  REQUIRE_FALSE(found->empty());
  for (const Endpoint& address : *found) {
    CHECK(address.port == 8080);
    CHECK((to_string(address) == "127.0.0.1:8080" || to_string(address) == "[::1]:8080"));
  }
}

TEST_CASE("an address is found once, though the system names it for each kind of socket") {
  const auto found = resolve_now("localhost", 1);
  REQUIRE(found);
  std::vector<Endpoint> sorted = *found;
  std::sort(sorted.begin(), sorted.end());
  CHECK(std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end());
}

TEST_CASE("a literal needs no name server and no time") {
  OneWorld one;
  Found found;
  const TimePoint passed = one.io().timers.now() - std::chrono::nanoseconds(1);
  one.world.spawn(resolve(one, HostPort{"::1", 53}, passed, found));
  CHECK(one.world.tasks() == 0);
  REQUIRE(found);
  CHECK(found->value() == std::vector<Endpoint>{*parse_endpoint("::1", 53)});
}

TEST_CASE("a name that nobody could have is not found") {
  const auto found = resolve_now(std::string(70, 'x') + ".invalid", 80);
  REQUIRE_FALSE(found);
  CHECK(found.error() == Error{ErrorCode::name_not_found, Side::upstream, true});
}

TEST_CASE("a deadline that has passed ends a look-up") {
  OneWorld one;
  Found found;
  const TimePoint passed = one.io().timers.now() - std::chrono::nanoseconds(1);
  one.run(resolve(one, HostPort{"localhost", 80}, passed, found));
  REQUIRE(found);
  REQUIRE_FALSE(*found);
  CHECK(found->error() == Error{ErrorCode::timed_out, Side::upstream, true});
}
