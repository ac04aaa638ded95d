#include "toolchain/shape.hpp"

#include "base/census.hpp"

namespace weir::toolchain {

using task::Task;

namespace {

constexpr int kRight = 42;

// Runs it, letting it through the gate `waits_max` times at most; then it is cancelled.
struct Run {
  Run(const Shape& shape, bool open, int waits_max) : gate(open) {
    Task<int> task = shape.code(gate);
    ended = task.start(&note_end, this);
    while (!ended && waits < waits_max) {
      ++waits;
      gate.let_through();
    }
    if (ended) result = task.take();
  }

  static void note_end(void* self) { static_cast<Run*>(self)->ended = true; }

  Gate gate;
  bool ended = false;
  int waits = 0;
  int result = 0;
};

Verdict judge(const Run& run, const std::string& how) {
  if (Tracked::errors != 0) return how + ": destroyed what was not there";
  if (Tracked::alive > 0) return how + ": objects left behind";
  if (Tracked::alive < 0) return how + ": objects destroyed twice";
  if (Census::here().of(Kind::frame) != 0) return how + ": frames left behind";
  if (run.ended && run.result != kRight) return how + ": result " + std::to_string(run.result);
  return {};
}

}  // namespace

Verdict run(const Shape& shape) {
  constexpr int kWaitsMax = 100;
  Tracked::alive = Tracked::errors = 0;

  const Run open(shape, true, 0);
  if (!open.ended) return "at once: never ended";
  if (Verdict verdict = judge(open, "at once"); !verdict.empty()) return verdict;

  const Run waiting(shape, false, kWaitsMax);
  if (!waiting.ended) return "waiting: never ended";
  if (Verdict verdict = judge(waiting, "waiting"); !verdict.empty()) return verdict;

  for (int waits = 0; waits < waiting.waits; ++waits) {
    const Run cancelled(shape, false, waits);
    if (Verdict verdict = judge(cancelled, "cancelled"); !verdict.empty()) return verdict;
  }
  return {};
}

Task<int> number(Gate& gate, int value) {
  co_await gate;
  co_return value;
}

Task<bool> whether(Gate& gate, bool answer) {
  co_await gate;
  co_return answer;
}

Task<Tracked> make(Gate& gate, int value) {
  co_await gate;
  co_return Tracked(value);
}

Task<int> take(Gate& gate, Tracked tracked) {
  co_await gate;
  co_return tracked.value();
}

Task<int> take_options(Gate& gate, Options options) {
  co_await gate;
  const bool whole = options.name == kText;
  co_return whole ? options.tracked.value() + options.number : -3;
}

Task<std::size_t> length(Gate& gate, std::string text) {
  co_await gate;
  co_return text.size();
}

}  // namespace weir::toolchain
