// Behaviours of resolving names.

#include "transport/behaviour.hpp"

using namespace weir;
using task::Task;
using transport::Bench;
using transport::Lines;

namespace {

// `bench` outlives it.
Task<> resolve(Bench& bench, HostPort name) {
  const std::string asked = to_string(name);
  const TimePoint deadline = bench.deadline();
  const auto found = co_await bench.client().resolver.resolve(std::move(name), deadline);
  if (!found) {
    bench.log(asked + ": " + std::string(to_string(found.error().code)) +
              (found.error().retry_safe ? "" : ", not to be tried again"));
    co_return;
  }
  std::string line = asked + " is";
  for (const Endpoint& address : *found) line += " " + to_string(address);
  bench.log(line);
}

}  // namespace

BEHAVIOUR("an IPv4 literal resolves to itself", LOGS("10.1.2.3:80 is 10.1.2.3:80")) {
  const HostPort name{"10.1.2.3", 80};
  co_await resolve(bench, name);
}

BEHAVIOUR("an IPv6 literal resolves to itself", LOGS("[2001:db8::1]:443 is [2001:db8::1]:443")) {
  const HostPort name{"2001:db8::1", 443};
  co_await resolve(bench, name);
}

// The label is longer than any name server could be asked for, so that none is.
BEHAVIOUR("a name that cannot be is not found", LOGS("not found: yes")) {
  const HostPort name{std::string(70, 'x') + ".invalid", 80};
  const TimePoint deadline = bench.deadline();
  const auto found = co_await bench.client().resolver.resolve(name, deadline);
  const bool right = !found && found.error().code == ErrorCode::name_not_found;
  bench.log(right ? "not found: yes" : "not found: no");
}

BEHAVIOUR("an unknown name is not found", LOGS("no-such-host.invalid:80: name not found")) {
  const HostPort name{"no-such-host.invalid", 80};
  co_await resolve(bench, name);
}
