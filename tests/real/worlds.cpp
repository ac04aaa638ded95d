#include "real/worlds.hpp"

namespace weir::test {

task::Task<> connect_pair(OneWorld& one, Connected& connected) {
  const io::ListenOptions options;
  auto listener = one.io().listeners.listen(loopback(), options);
  if (!listener) co_return;
  const TimePoint deadline = one.deadline();
  auto client = co_await one.io().connector.connect((*listener)->local(), deadline);
  if (!client) co_return;
  io::AcceptResult accepted = (*listener)->try_accept();
  while (accepted.status == io::AcceptStatus::would_block) {
    co_await (*listener)->acceptable().wait_until(one.io().timers, deadline);
    accepted = (*listener)->try_accept();
  }
  connected.client = std::move(*client);
  connected.server = std::move(accepted.stream);
}

}  // namespace weir::test
