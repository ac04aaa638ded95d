#include "real/pipe_pool.hpp"

#include <array>

#include <fcntl.h>
#include <unistd.h>

namespace weir::real {
namespace {

void close_pipe(const Pipe& pipe) {
  ::close(pipe.read_end);
  ::close(pipe.write_end);
}

}  // namespace

std::optional<Pipe> PipePool::borrow() {
  if (!idle_.empty()) {
    const Pipe pipe = idle_.back();
    idle_.pop_back();
    ++lent_;
    return pipe;
  }
  std::array<int, 2> ends{};
  if (lent_ >= kPipesMax || ::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) != 0) return std::nullopt;
  ++lent_;
  return Pipe{ends[0], ends[1]};
}

void PipePool::give_back(Pipe pipe, bool is_empty) {
  --lent_;
  if (is_empty) {
    idle_.push_back(pipe);
  } else {
    close_pipe(pipe);
  }
}

PipePool::~PipePool() {
  for (const Pipe& pipe : idle_) close_pipe(pipe);
}

}  // namespace weir::real
