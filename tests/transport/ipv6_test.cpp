// IPv6, where the machine has it: the simulated network has none.

#include "transport/behaviour.hpp"
#include "transport/real_bench.hpp"

using namespace weir;
using task::Task;
using transport::accept;
using transport::Bench;
using transport::Lines;
using transport::Party;

namespace {

// `bench` outlives the Task.
Task<> talk_over_ipv6(Bench& bench) {
  const Endpoint loopback = *parse_endpoint("::1", 0);
  const auto listener = bench.listen_at(loopback);
  if (listener == nullptr) co_return;
  Party client(bench, "client");
  Party server(bench, "server");
  co_await transport::join(bench, client, server, *listener);
  co_await client.writes("hello");
  co_await server.reads(5);
  if (server.stream->peer() == client.stream->local()) bench.log("addresses agree");
}

}  // namespace

TEST_CASE("connections over IPv6 loopback") {
  if (!transport::has_ipv6_loopback()) {
    WARN("this machine has no ::1");
    return;
  }
  transport::Expected expected;
  expected.simulated = Lines{"server listens: address is not of this machine"};
  expected.real = Lines{"client writes 'hello'", "server reads 'hello'", "addresses agree"};
  expected.reason = "the simulated network has IPv4 only";
  transport::hold("connections over IPv6 loopback", &talk_over_ipv6, expected);
}
