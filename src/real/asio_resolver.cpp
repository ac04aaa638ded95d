#include "real/asio_resolver.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include <asio/ip/tcp.hpp>

#include "real/translate.hpp"

namespace weir::real {
namespace {

using asio::ip::tcp;

// Shared with the handler, which may come after the waiting coroutine has gone.
struct Query {
  Query(asio::io_context& context, task::RunQueue& run_queue)
      : resolver(context), ended(run_queue) {}
  tcp::resolver resolver;
  task::Event ended;
  bool has_ended = false;
  asio::error_code code;
  std::vector<Endpoint> addresses;
};

Endpoint from_asio(const tcp::endpoint& endpoint) {
  SocketAddress address;
  std::memcpy(&address.storage, endpoint.data(), endpoint.size());
  return to_endpoint(address);
}

void add_addresses(Query& query, const tcp::resolver::results_type& found) {
  for (const auto& entry : found) {
    const Endpoint address = from_asio(entry.endpoint());
    const auto& known = query.addresses;
    if (std::find(known.begin(), known.end(), address) == known.end()) {
      query.addresses.push_back(address);
    }
  }
}

// getaddrinfo knows many ways to say that it knows no such name.
ErrorCode to_resolve_code(const asio::error_code& code) {
  const bool of_system = code.category() == asio::error::get_system_category();
  return of_system ? to_error_code(code.value()) : ErrorCode::name_not_found;
}

Error resolve_error(ErrorCode code) {
  return Error{.code = code, .side = Side::upstream, .retry_safe = true};
}

}  // namespace

task::Task<Result<std::vector<Endpoint>>> AsioResolver::resolve(HostPort name, TimePoint deadline) {
  if (const auto literal = parse_endpoint(name.host, name.port)) {
    co_return std::vector<Endpoint>(1, *literal);
  }
  const auto query = std::make_shared<Query>(context_, run_queue_);
  query->resolver.async_resolve(
      name.host, std::to_string(name.port), tcp::resolver::numeric_service,
      [query](const asio::error_code& code, const tcp::resolver::results_type& found) {
        query->has_ended = true;
        query->code = code;
        if (!code) add_addresses(*query, found);
        query->ended.signal();
      });
  while (!query->has_ended) {
    const task::Wakeup wakeup = co_await query->ended.wait_until(timers_, deadline);
    if (wakeup == task::Wakeup::timed_out) {
      co_return std::unexpected(resolve_error(ErrorCode::timed_out));
    }
  }
  if (query->code) co_return std::unexpected(resolve_error(to_resolve_code(query->code)));
  if (query->addresses.empty()) {
    co_return std::unexpected(resolve_error(ErrorCode::name_not_found));
  }
  co_return std::move(query->addresses);
}

}  // namespace weir::real
