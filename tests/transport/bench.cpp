#include "transport/bench.hpp"

#include "transport/joining.hpp"

namespace weir::transport {

std::unique_ptr<io::Listener> Bench::listen_at(const Endpoint& at,
                                               const io::ListenOptions& options) {
  Result<std::unique_ptr<io::Listener>> opened = server().listeners.listen(at, options);
  if (opened) return std::move(*opened);
  log("server listens: " + std::string(to_string(opened.error().code)));
  return nullptr;
}

task::Task<> Bench::round_trip() {
  Party client(*this, "round trip's client");
  Party server(*this, "round trip's server");
  if (there_ == nullptr) {
    const std::unique_ptr<io::Listener> listener = listen();
    co_await join(*this, client, server, *listener);
  } else {
    client.stream = std::move(there_);
    server.stream = std::move(back_);
  }
  client.says("?");
  co_await server.hears(1);
  server.says("!");
  co_await client.hears(1);
  there_ = std::move(client.stream);
  back_ = std::move(server.stream);
}

void Bench::forget_round_trips() {
  there_ = nullptr;
  back_ = nullptr;
}

}  // namespace weir::transport
