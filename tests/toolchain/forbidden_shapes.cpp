// The forms of co_await that the rules C1-C5 (src/task/task.hpp) forbid. All of them are valid C++
// and give 42 on a compiler that is right, but for the capturing lambda, which dangles everywhere.
// (So tools/lint is told at every one that it is a canary.)

#include <array>
#include <vector>

#include "toolchain/shape.hpp"

namespace weir::toolchain {
namespace {

using task::Task;

// C1: where co_await stands.

Task<int> if_head_without_local(Gate& gate) {
  if (co_await whether(gate, true)) co_return 42;  // lint: allow(C1) canary
  co_return 0;
}

Task<int> if_head_with_local(Gate& gate) {
  const Tracked local(42);
  if (co_await whether(gate, true)) co_return local.value();  // lint: allow(C1) canary
  co_return 0;
}

Task<int> if_head_object(Gate& gate) {
  // lint: allow(C1) canary
  if (const Tracked tracked = co_await make(gate, 42); tracked.value() != 0) {
    co_return tracked.value();
  }
  co_return 0;
}

Task<int> while_head(Gate& gate) {
  int count = 0;
  while (co_await whether(gate, count < 42)) ++count;  // lint: allow(C1) canary
  co_return count;
}

Task<int> switch_head(Gate& gate) {
  switch (co_await number(gate, 2)) {  // lint: allow(C1) canary
    case 2: co_return 42;
    default: co_return 0;
  }
}

Task<int> conditional_taken(Gate& gate) {
  // lint: allow(C1) canary
  const Tracked value = gate.await_ready() || true ? co_await make(gate, 42) : Tracked(0);
  co_return value.value();
}

Task<int> conditional_not_taken(Gate& gate) {
  const bool no = !gate.await_ready() && gate.await_ready();
  const Tracked value = no ? co_await make(gate, 0) : Tracked(42);  // lint: allow(C1) canary
  co_return value.value();
}

Task<int> conditional_number(Gate& gate) {
  co_return gate.await_ready() ? co_await number(gate, 42) : 42;  // lint: allow(C1) canary
}

Task<int> conditional_argument(Gate& gate) {
  const bool no = !gate.await_ready() && gate.await_ready();
  const int value = no ? co_await take(gate, Tracked(0)) : 42;  // lint: allow(C1) canary
  co_return value;
}

Task<int> logical_and(Gate& gate) {
  // lint: allow(C1) canary
  const bool all = co_await whether(gate, true) && co_await whether(gate, true);
  co_return all ? 42 : 0;
}

Task<int> short_cut(Gate& gate) {
  const bool any = gate.await_ready() || co_await whether(gate, true);  // lint: allow(C1) canary
  co_return any ? 42 : 0;
}

Task<int> sum_of_two(Gate& gate) {
  // lint: allow(C1) canary
  co_return co_await take(gate, Tracked(20)) + co_await take(gate, Tracked(22));
}

Task<int> added_to(Gate& gate) {
  int sum = 2;
  sum += co_await number(gate, 40);  // lint: allow(C1) canary
  co_return sum;
}

Task<int> member_of_result(Gate& gate) {
  const int value = (co_await make(gate, 42)).value();  // lint: allow(C1) canary
  co_return value;
}

Task<int> await_in_argument(Gate& gate) {
  const int value = co_await number(gate, co_await number(gate, 42));  // lint: allow(C1) canary
  co_return value;
}

Task<int> object_await_in_argument(Gate& gate) {
  const int value = co_await take(gate, co_await make(gate, 42));  // lint: allow(C1) canary
  co_return value;
}

Task<std::pair<Tracked, Tracked>> pair(Gate& gate) {
  co_await gate;
  co_return std::pair<Tracked, Tracked>(40, 2);
}

Task<int> structured_binding(Gate& gate) {
  const auto [first, second] = co_await pair(gate);  // lint: allow(C1) canary
  co_return first.value() + second.value();
}

Task<std::vector<Tracked>> many(Gate& gate) {
  co_await gate;
  co_return std::vector<Tracked>(6, Tracked(7));
}

Task<int> range_for(Gate& gate) {
  int sum = 0;
  for (const Tracked& each : co_await many(gate)) sum += each.value();  // lint: allow(C1) canary
  co_return sum;
}

// C2: what is in the arguments of an awaited call.

Task<int> braces(Gate& gate) {
  const int value = co_await take_options(gate, {Tracked(40), kText, 2});  // lint: allow(C2) canary
  co_return value;
}

Task<int> designated_aggregate(Gate& gate) {
  const int value =
      // lint: allow(C2) canary
      co_await take_options(gate, Options{.tracked = Tracked(40), .name = kText, .number = 2});
  co_return value;
}

Task<int> string_aggregate(Gate& gate) {
  struct Name {
    std::string text;
  };
  const auto child = [](Gate& its_gate, Name name) -> Task<int> {
    co_await its_gate;
    co_return name.text == kText ? 42 : -1;
  };
  const int value = co_await child(gate, Name{kText});  // lint: allow(C2) canary
  co_return value;
}

template <class Function>
Task<int> call(Gate& gate, Function function) {
  co_await gate;
  co_return function();
}

Task<int> capturing_lambda_argument(Gate& gate) {
  const Tracked tracked(42);
  // lint: allow(C2) canary
  const int value = co_await call(gate, [tracked] { return tracked.value(); });
  co_return value;
}

Task<int> implicit_conversion(Gate& gate) {
  const std::size_t value = co_await length(gate, kText);
  co_return value == std::string_view(kText).size() ? 42 : -1;
}

Task<int> takes_default(Gate& gate, Options options = {Tracked(40), kText, 2}) {
  co_await gate;
  co_return options.name == kText ? options.tracked.value() + options.number : -1;
}

Task<int> default_argument(Gate& gate) {
  const int value = co_await takes_default(gate);
  co_return value;
}

// No braces to be seen, and yet an aggregate is made in the argument list.

Task<int> empty_aggregate(Gate& gate) {
  const int value = co_await take_options(gate, Options());
  co_return value + 45;  // no text: -3
}

Task<int> parenthesised_aggregate(Gate& gate) {
  const int value = co_await take_options(gate, Options(Tracked(40), kText, 2));
  co_return value;
}

// C3: captures live in the lambda, not in the frame.

Task<int> capturing_lambda(Gate& gate) {
  const Tracked tracked(42);
  Task<int> task = [tracked](Gate& its_gate) -> Task<int> {  // lint: allow(C3) canary
    co_await its_gate;
    co_return tracked.value();
  }(gate);
  co_return co_await std::move(task);
}

// C4: a reference to a temporary dies with the statement that made the task.

Task<int> look_at(Gate& gate, const Tracked& tracked) {
  co_await gate;
  co_return tracked.value();
}

Task<int> dangling_reference(Gate& gate) {
  Task<int> task = look_at(gate, Tracked(42));
  co_return co_await std::move(task);
}

// Not a rule for callers but the reason for how Task resumes: symmetric transfer, which needs
// tail calls and so grows the stack without optimisation.

class Transferring {
 public:
  struct promise_type {
    Transferring get_return_object() {
      return Transferring(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct Final {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
        return self.promise().parent;
      }
      void await_resume() noexcept {}
    };
    Final final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
    std::coroutine_handle<> parent;
  };

  explicit Transferring(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  Transferring(Transferring&&) = delete;
  ~Transferring() { frame_.destroy(); }

  bool await_ready() noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> parent) noexcept {
    frame_.promise().parent = parent;
    return frame_;
  }
  void await_resume() noexcept {}

 private:
  std::coroutine_handle<promise_type> frame_;
};

Transferring transfer() { co_return; }

Task<int> symmetric_transfer(Gate&) {
  int count = 0;
  for (; count < 200'000; ++count) co_await transfer();
  co_return count - 200'000 + 42;
}

constexpr std::array kShapes = {
    Shape{"C1 if (co_await f()), no local", if_head_without_local},
    Shape{"C1 if (co_await f()), a local", if_head_with_local},
    Shape{"C1 if (T v = co_await f(); v)", if_head_object},
    Shape{"C1 while (co_await f())", while_head},
    Shape{"C1 switch (co_await f())", switch_head},
    Shape{"C1 true ? co_await f() : T()", conditional_taken},
    Shape{"C1 false ? co_await f() : T()", conditional_not_taken},
    Shape{"C1 c ? co_await f() : 1", conditional_number},
    Shape{"C1 false ? co_await f(T()) : 1", conditional_argument},
    Shape{"C1 co_await f() && co_await g()", logical_and},
    Shape{"C1 c || co_await f()", short_cut},
    Shape{"C1 co_await f(T()) + co_await g(T())", sum_of_two},
    Shape{"C1 v += co_await f()", added_to},
    Shape{"C1 (co_await f()).m()", member_of_result},
    Shape{"C1 co_await f(co_await g())", await_in_argument},
    Shape{"C1 co_await f(co_await make_T())", object_await_in_argument},
    Shape{"C1 auto [a, b] = co_await f()", structured_binding},
    Shape{"C1 for (x : co_await f())", range_for},
    Shape{"C2 co_await f({T(), s, 1})", braces},
    Shape{"C2 co_await f(Options{.a = T()})", designated_aggregate},
    Shape{"C2 co_await f(Name{s})", string_aggregate},
    Shape{"C2 co_await f(Options())", empty_aggregate},
    Shape{"C2 co_await f(Options(T(), s, 1))", parenthesised_aggregate},
    Shape{"C2 co_await f([v] { .. })", capturing_lambda_argument},
    Shape{"C2 co_await f(\"..\"), to std::string", implicit_conversion},
    Shape{"C2 co_await f() with default {..}", default_argument},
    Shape{"C3 [v]() -> Task { .. }()", capturing_lambda},
    Shape{"C4 reference to a temporary", dangling_reference},
    Shape{"-- symmetric transfer, 200000 times", symmetric_transfer},
};

}  // namespace

std::span<const Shape> forbidden_shapes() { return kShapes; }

}  // namespace weir::toolchain
