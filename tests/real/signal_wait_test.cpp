#include "real/signal_wait.hpp"

#include <csignal>
#include <thread>

#include <catch2/catch.hpp>
#include <unistd.h>

using namespace weir;
using real::SignalWait;

namespace {

void send(int signal) { ::kill(::getpid(), signal); }  // to the process, as an operator does

}  // namespace

TEST_CASE("wait returns the signal that came, also when it came before") {
  SignalWait signals({SIGUSR1, SIGUSR2});
  send(SIGUSR1);
  CHECK(signals.wait() == SIGUSR1);
  send(SIGUSR2);
  CHECK(signals.wait() == SIGUSR2);
}

TEST_CASE("a signal that comes again is returned again") {
  SignalWait signals({SIGUSR1});
  for (int i = 0; i < 3; ++i) {
    send(SIGUSR1);
    CHECK(signals.wait() == SIGUSR1);
  }
}

TEST_CASE("each wake from another thread ends one wait") {
  SignalWait signals({SIGUSR1});
  std::thread waker([&signals] {
    signals.wake();
    signals.wake();
  });
  CHECK(signals.wait() == 0);
  CHECK(signals.wait() == 0);
  waker.join();
  send(SIGUSR1);
  CHECK(signals.wait() == SIGUSR1);
}

TEST_CASE("a signal from another thread ends the wait") {
  SignalWait signals({SIGUSR1});
  std::thread sender([] { send(SIGUSR1); });
  CHECK(signals.wait() == SIGUSR1);
  sender.join();
}

TEST_CASE("a thread that blocks signals gets none but those that it sets off itself") {
  sigset_t blocked;
  std::thread([&] {
    real::block_signals_in_this_thread();
    ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  }).join();
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGCHLD, SIGALRM}) {
    CHECK(sigismember(&blocked, signal) == 1);
  }
  CHECK(sigismember(&blocked, SIGSEGV) == 0);
}

TEST_CASE("after its destruction another one can wait for the same signals") {
  for (int i = 0; i < 2; ++i) {
    SignalWait signals({SIGUSR1});
    send(SIGUSR1);
    CHECK(signals.wait() == SIGUSR1);
  }
}

TEST_CASE("a wake that nobody waited for is forgotten with it") {
  {
    SignalWait signals({SIGUSR1});
    signals.wake();
  }
  SignalWait signals({SIGUSR1});
  send(SIGUSR1);
  CHECK(signals.wait() == SIGUSR1);
}
