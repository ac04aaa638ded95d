#include "real/signal_wait.hpp"

#include <csignal>
#include <utility>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/signal_set.hpp>

namespace weir::real {

struct SignalWait::Parts {
  asio::io_context context;
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  asio::signal_set signals{context};
  int caught = 0;
  int wakes = 0;
  bool armed = false;

  void arm() {
    if (armed) return;
    armed = true;
    signals.async_wait([this](const asio::error_code& code, int number) {
      armed = false;
      if (!code) caught = number;
    });
  }
};

SignalWait::SignalWait(std::initializer_list<int> signals) : parts_(std::make_unique<Parts>()) {
  for (const int number : signals) parts_->signals.add(number);
}

SignalWait::~SignalWait() = default;

void block_signals_in_this_thread() {
  sigset_t signals;
  sigfillset(&signals);
  for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT}) {
    sigdelset(&signals, own);
  }
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

int SignalWait::wait() {
  while (parts_->caught == 0 && parts_->wakes == 0) {
    parts_->arm();
    parts_->context.run_one();
  }
  if (parts_->caught != 0) return std::exchange(parts_->caught, 0);
  --parts_->wakes;
  return 0;
}

void SignalWait::wake() {
  asio::post(parts_->context, [parts = parts_.get()] { ++parts->wakes; });
}

}  // namespace weir::real
