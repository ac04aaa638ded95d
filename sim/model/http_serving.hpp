#pragma once
// HttpServing: one connection of an HttpBackend: request after request, each checked, perhaps
// misused by a trouble, and answered. HttpProcess: what all connections of one process share.
//
//   HttpServing serving(process, std::move(stream));
//   const Step step = co_await converse(serving);
//
// `ok`: this side has closed, as its options say; `end`: the peer has; else what went wrong.

#include <memory>
#include <optional>

#include "sim/model/http_backend.hpp"
#include "sim/model/http_channel.hpp"

namespace weir::sim::model {

struct HttpProcess {
  HttpProcess(io::World& owner, HttpBackend& server)
      : world(owner),
        backend(server),
        started_at(owner.timers.now()),
        slots(owner.run_queue, server.options.slots) {}

  io::World& world;
  HttpBackend& backend;
  const TimePoint started_at;
  Slots slots;
};

// A request, as far as it was read.
struct HttpRequest {
  std::optional<HttpTag> tag;  // none: a probe
  HttpMethod method = HttpMethod::get;
  std::uint64_t answer_bytes = 0;
  std::uint64_t received = 0;  // of its body
  Checksum checksum;
  bool expects_continue = false;
  bool says_close = false;
  bool has_body = false;  // there is more to read
};

struct HttpServing {
  HttpServing(HttpProcess& owner, std::unique_ptr<io::Stream> stream);

  HttpProcess& process;
  HttpBackend& backend;
  Random random;
  HttpChannel channel;
  HttpRequest request;  // the one under way
  std::uint64_t requests = 0;
  bool closes = false;  // no request after this one
};

// The HttpServing outlives the Task.
task::Task<Step> converse(HttpServing& serving);

}  // namespace weir::sim::model
