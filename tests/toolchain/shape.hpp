#pragma once
// Shape: a small coroutine of one form of co_await, written so that it gives 42 on a compiler that
// translates the form rightly, together with the machinery that finds out whether it did.
//
//   const Verdict verdict = run(shape);     // "" is right; otherwise what went wrong
//
// Each shape runs without waiting, waiting at its Gate every time, and cancelled at every wait.
// Tracked objects notice when they are destroyed twice, never, or after being copied as raw bytes.

#include <coroutine>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "task/task.hpp"

namespace weir::toolchain {

// A value with a life: what counts is that each of them is destroyed exactly once, where it is.
class Tracked {
 public:
  static inline int alive = 0;
  static inline int errors = 0;

  explicit Tracked(int value) : value_(value), self_(this) { ++alive; }
  Tracked(Tracked&& other) noexcept : Tracked(std::exchange(other.value_, -1)) {}
  Tracked(const Tracked& other) : Tracked(other.value_) {}
  Tracked& operator=(Tracked other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Tracked() {
    if (self_ != this) ++errors;
    self_ = nullptr;
    value_ = -2;
    --alive;
  }

  int value() const { return value_; }

 private:
  int value_;
  Tracked* volatile self_;  // volatile: a store into a dying object is not optimised away
};

// An aggregate, such as an options struct.
struct Options {
  Tracked tracked{0};
  std::string name;
  int number = 0;
};

// Long enough to live on the heap.
inline constexpr const char* kText = "a text that is longer than what a string keeps inside itself";

// What a shape awaits. Open: goes on at once. Closed: waits until let_through().
class Gate {
 public:
  explicit Gate(bool open) : open_(open) {}

  bool await_ready() const noexcept { return open_; }
  void await_suspend(std::coroutine_handle<> waiter) noexcept { waiter_ = waiter; }
  void await_resume() noexcept {}

  void let_through() { std::exchange(waiter_, nullptr).resume(); }

 private:
  bool open_;
  std::coroutine_handle<> waiter_;
};

struct Shape {
  std::string_view name;
  task::Task<int> (*code)(Gate& gate);  // the gate outlives the task
};

std::span<const Shape> allowed_shapes();                 // what the rules C1-C5 leave
std::span<const Shape> forbidden_shapes();               // what they forbid
[[gnu::weak]] std::span<const Shape> forbidden_lists();  // absent where it does not compile

using Verdict = std::string;

Verdict run(const Shape& shape);

// Children that everybody awaits. Arguments by reference outlive the task.
task::Task<int> number(Gate& gate, int value);
task::Task<bool> whether(Gate& gate, bool answer);
task::Task<Tracked> make(Gate& gate, int value);
task::Task<int> take(Gate& gate, Tracked tracked);
task::Task<int> take_options(Gate& gate, Options options);
task::Task<std::size_t> length(Gate& gate, std::string text);

}  // namespace weir::toolchain
