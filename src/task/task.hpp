#pragma once
// Task<T>: a coroutine that computes a T. Lazy (it runs when it is awaited), move-only, and owned:
// whoever holds the Task holds the coroutine, and destroying the Task cancels it, which means that
// destructors run and nothing else does. There is no other form of cancellation.
//
//   Task<int> answer();
//   Task<> ask() { const int n = co_await answer(); ... }
//
// A Task that waits for nothing costs no trip through the RunQueue. An awaiting coroutine is
// resumed by its child's end, inside `await_suspend`; symmetric transfer is not used because it
// overflows the stack without optimisation (docs/architecture.md, "Compiler traps").
//
// Rules for coroutines, enforced by tools/lint: C1 co_await stands alone, initialises one named
// variable or follows co_return; C2 the arguments of an awaited call hold no braces; C3 no
// capturing lambda is a coroutine; C4 parameters are values, or references whose lifetime the
// comment states; C5 no buffers in a frame.

#include <coroutine>
#include <optional>
#include <utility>

#include "base/assert.hpp"
#include "base/census.hpp"
#include "base/pooled.hpp"

namespace weir::task {

// Called when a coroutine has ended, from within its last step; it may destroy that coroutine.
using Done = void (*)(void* context);

class PromiseBase : public Pooled, Counted<Kind::frame> {
 public:
  std::suspend_always initial_suspend() noexcept { return {}; }

  struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> ended) noexcept {
      const PromiseBase& promise = ended.promise();
      if (!promise.starting_) promise.done_(promise.context_);  // the frame may be gone after this
    }
    void await_resume() noexcept {}
  };
  FinalAwaiter final_suspend() noexcept { return {}; }

  void unhandled_exception() noexcept {
    ASSERT(false, "no exception leaves a coroutine: the data path speaks in Result<T>");
  }

  bool start(std::coroutine_handle<> self, Done done, void* context) {
    ASSERT(done_ == nullptr, "a Task is awaited once");
    done_ = done;
    context_ = context;
    starting_ = true;
    self.resume();
    starting_ = false;
    return self.done();
  }

 private:
  Done done_ = nullptr;
  void* context_ = nullptr;
  bool starting_ = false;  // start() is on the stack and will look at self.done() itself
};

template <class T>
class ValuePromise : public PromiseBase {
 public:
  void return_value(T value) { value_.emplace(std::move(value)); }
  T take() { return std::move(*value_); }

 private:
  std::optional<T> value_;
};

template <>
class ValuePromise<void> : public PromiseBase {
 public:
  void return_void() noexcept {}
  void take() noexcept {}
};

template <class T = void>
class [[nodiscard]] Task {
 public:
  struct promise_type : ValuePromise<T> {
    Task get_return_object() noexcept {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
  };

  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    Task old(std::move(*this));
    frame_ = std::exchange(other.frame_, nullptr);
    return *this;
  }
  ~Task() {
    if (frame_) frame_.destroy();
  }

  // Runs it until it ends or waits. True: it has ended, take() the result. False: done(context)
  // is called when it ends. For combinators (race, TaskGroup); elsewhere, co_await it.
  bool start(Done done, void* context) { return frame_.promise().start(frame_, done, context); }
  T take() { return frame_.promise().take(); }

  // Cancels it now; the Task is empty afterwards.
  void cancel() noexcept {
    if (frame_) std::exchange(frame_, nullptr).destroy();
  }

  class Awaiter {
   public:
    explicit Awaiter(std::coroutine_handle<promise_type> child) noexcept : child_(child) {}
    bool await_ready() noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> parent) {
      return !child_.promise().start(child_, &resume, parent.address());
    }
    T await_resume() { return child_.promise().take(); }

   private:
    static void resume(void* parent) { std::coroutine_handle<>::from_address(parent).resume(); }
    std::coroutine_handle<promise_type> child_;
  };
  Awaiter operator co_await() && noexcept { return Awaiter(frame_); }

 private:
  explicit Task(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}
  std::coroutine_handle<promise_type> frame_;
};

}  // namespace weir::task
