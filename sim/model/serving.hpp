#pragma once
// Serving: one connection of a Backend, and the four protocols that it may speak.
//
//   Serving serving(world, backend, std::move(stream));
//   const Step step = co_await answer_requests(serving);
//
// Each protocol ends with `ok` after the ends of both directions, or with what went wrong.

#include <memory>

#include "sim/model/backend.hpp"

namespace weir::sim::model {

struct Serving {
  Serving(io::World& owner, Backend& server, std::unique_ptr<io::Stream> stream);

  io::World& world;
  Backend& backend;
  Random random;
  Channel channel;
};

// The Serving outlives the Task.
task::Task<Step> converse(Serving& serving);
task::Task<Step> echo(Serving& serving);
task::Task<Step> answer_requests(Serving& serving);
task::Task<Step> sink(Serving& serving);
task::Task<Step> source(Serving& serving);

}  // namespace weir::sim::model
