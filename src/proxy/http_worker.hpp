#pragma once
// HttpWorker: what all HTTP sessions of one worker share. Owned by HttpProxy.
//
// - Parsers, `gather`, `head` and `tail` are used within a turn only: nobody waits while they hold
//   anything, so that one of each serves all sessions.
// - The pools of upstream connections, one for each cluster, and the counters live as long as it.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "base/intrusive_list.hpp"
#include "http/date.hpp"
#include "http/request_parser.hpp"
#include "http/response_parser.hpp"
#include "io/world.hpp"
#include "proxy/gather.hpp"
#include "proxy/http_options.hpp"
#include "proxy/request_record.hpp"
#include "proxy/server.hpp"
#include "proxy/upstream_pool.hpp"

namespace weir::proxy {

struct HttpCounters : ServerCounters {
  std::uint64_t requests = 0;
  std::uint64_t complete = 0;        // answered by a backend, wholly
  std::uint64_t answered_by_us = 0;  // refused, or for want of a backend
  std::uint64_t failed = 0;          // all others
  std::uint64_t resent = 0;          // again, because a kept connection turned out to be closed
  std::uint64_t connects = 0;        // to backends
  std::uint64_t connects_failed = 0;
  std::uint64_t bytes_in = 0;  // of bodies
  std::uint64_t bytes_out = 0;
};

struct Upstreams {
  Upstreams(io::World& world, const ClusterPlan& cluster)
      : plan(cluster), pool(world.run_queue, world.timers, cluster.pool, cluster.backends.size()) {}
  const ClusterPlan& plan;
  UpstreamPool pool;
};

// A session that waits for a request of which nothing has come; drain() ends it.
class IdleSession : public ListHook {
 public:
  virtual void drain() = 0;

 protected:
  ~IdleSession() = default;
};

struct HttpWorker {
  HttpWorker(io::World& of, const HttpOptions& chosen, RequestObserver& told);

  std::string_view date();  // now, for a Date field
  void note_end(RequestEnd end) noexcept;

  io::World& world;
  const HttpOptions& options;
  const http::Limits answer_limits;  // the same, but a body may be of any size
  RequestObserver& observer;
  http::RequestParser request_parser;
  http::ResponseParser response_parser;
  Gather gather;
  std::string head;  // scratch: what is being written, until it is sent
  std::string tail;  // scratch: the end of a chunked body
  std::deque<Upstreams> upstreams;
  IntrusiveList<IdleSession> idle;
  HttpCounters counters;
  std::size_t without_descriptor = 0;  // sessions that wait for one: WaitForDescriptor
  bool draining = false;

 private:
  std::int64_t date_second_ = -1;
  http::HttpDate date_{0};
};

// The hash that a cluster's policy gets for this request; all Weirs agree on it.
std::uint64_t hash_of(const HashKey& key, const http::RequestHead& head, const Endpoint& client);

}  // namespace weir::proxy
