#include "sim/check/nothing_left.hpp"

#include <fmt/format.h>

namespace weir::sim::check {

void NothingLeft::proxy_ended(TimePoint now, std::uint64_t descriptors) {
  if (descriptors == 0) return;
  fail(now, fmt::format("the proxy has ended, but its host has {} descriptors open", descriptors));
}

void NothingLeft::all_ended(TimePoint now, std::uint64_t connections) {
  if (connections == 0) return;
  fail(now, fmt::format("every program has ended, but {} connections are left", connections));
}

void NothingLeft::world_gone(TimePoint now) {
  Census left = Census::here();
  for (const Kind kind : {Kind::frame, Kind::stream, Kind::listener, Kind::buffer}) {
    left.of(kind) -= before_.of(kind);
  }
  if (left.all_zero()) return;
  fail(now, fmt::format("the world is gone, but still alive are: {}", left.describe()));
}

}  // namespace weir::sim::check
