#pragma once
// SignalWait: waits for signals of the operating system in the main thread.
//
//   SignalWait signals({SIGTERM, SIGINT});
//   const int which = signals.wait();     // or 0 after wake() from another thread
//
// From its construction on the signals no longer end the process; each is delivered once by wait().

#include <initializer_list>
#include <memory>

namespace weir::real {

class SignalWait {
 public:
  explicit SignalWait(std::initializer_list<int> signals);
  ~SignalWait();

  int wait();   // blocks this thread
  void wake();  // from any thread: one wait() returns 0 for each call

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// For every other thread, first thing: signals of the process go to the main thread from then on,
// and no system call of this one is interrupted. Those that a thread sets off itself stay.
void block_signals_in_this_thread();

}  // namespace weir::real
