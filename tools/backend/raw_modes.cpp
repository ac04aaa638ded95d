#include "backend/raw_modes.hpp"

#include <utility>

#include "backend/channel.hpp"

namespace weir::backend {

task::Task<> echo_bytes(Worker& worker, std::unique_ptr<io::Stream> stream) {
  Channel channel(worker, std::move(stream));
  for (;;) {
    const Refill refilled = channel.refill();
    if (refilled == Refill::over) break;
    if (refilled == Refill::wait) co_await channel.stream().readable().wait();
    if (refilled == Refill::yield) co_await channel.yield();
    if (refilled != Refill::ready) continue;
    const ConstBytes bytes = channel.input();
    channel.consume(bytes.size());
    channel.write(std::span(&bytes, 1));
    if (channel.has_unsent()) co_await channel.drain();
  }
  co_await channel.close(false);
}

task::Task<> sink_bytes(Worker& worker, std::unique_ptr<io::Stream> stream) {
  Channel channel(worker, std::move(stream));
  co_await channel.discard_input();
  co_await channel.close(false);
}

task::Task<> source_bytes(Worker& worker, std::unique_ptr<io::Stream> stream) {
  Channel channel(worker, std::move(stream));
  PatternBody body(worker.site.options().source_bytes, Framing::identity);
  while (!body.done() && !channel.broken()) {
    const bool more = channel.write_pattern(body);
    if (!more && !channel.broken()) co_await channel.writable();
  }
  co_await channel.close(true);
}

}  // namespace weir::backend
