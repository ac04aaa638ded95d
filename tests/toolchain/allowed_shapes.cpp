// The forms of co_await that the rules C1-C5 (src/task/task.hpp) leave, as the code base uses
// them. Each has to be right on every compiler that Weir is built with.

#include <array>
#include <expected>
#include <memory>
#include <optional>
#include <vector>

#include "task/race.hpp"
#include "toolchain/shape.hpp"

namespace weir::toolchain {
namespace {

using task::Task;

Task<int> only_statement(Gate& gate) { co_return co_await number(gate, 42); }

Task<> nothing(Gate& gate) { co_await gate; }

Task<int> alone(Gate& gate) {
  co_await nothing(gate);
  co_return 42;
}

Task<int> named_variable(Gate& gate) {
  const int value = co_await number(gate, 42);
  co_return value;
}

Task<int> named_variable_in_braces(Gate& gate) {
  const int value{co_await number(gate, 42)};
  co_return value;
}

Task<int> named_object(Gate& gate) {
  const Tracked tracked = co_await make(gate, 42);
  co_return tracked.value();
}

Task<int> discarded_object(Gate& gate) {
  co_await make(gate, 41);
  co_return 42;
}

Task<int> assigned_object(Gate& gate) {
  Tracked tracked(0);
  tracked = co_await make(gate, 42);
  co_return tracked.value();
}

Task<int> assigned_member(Gate& gate) {
  Options options{.tracked = Tracked(0), .name = kText, .number = 0};
  options.tracked = co_await make(gate, 40);
  options.number = co_await number(gate, 2);
  co_return options.tracked.value() + options.number;
}

// No local at all around an `if` that awaits in its branch: not the form that g++ 12 breaks.
Task<int> in_a_branch(Gate& gate) {
  if (gate.await_ready()) co_await nothing(gate);
  if (!gate.await_ready()) {
    co_await nothing(gate);
  } else {
    co_await nothing(gate);
  }
  co_return co_await number(gate, 42);
}

Task<int> returned_from_a_branch(Gate& gate) {
  if (!gate.await_ready()) co_return co_await number(gate, 42);
  co_return 42;
}

Task<int> body_of_a_loop(Gate& gate) {
  int count = 0;
  while (count++ < 5) co_await nothing(gate);
  for (int i = 0; i < 5; ++i) {
    const Tracked tracked = co_await make(gate, i);
    if (tracked.value() != i) co_return -1;
    count += tracked.value();
  }
  co_return count + 26;
}

// Nothing but a loop, as in `while (!draining_) co_await drain_event_.wait();`.
Task<> until_zero(Gate& gate, int& left) {
  while (left-- > 0) co_await gate;
}

Task<int> only_a_loop(Gate& gate) {
  int left = 42;
  co_await until_zero(gate, left);
  co_return left + 43;
}

Task<int> left_early(Gate& gate) {
  for (;;) {
    const Tracked outer(42);
    const Tracked inner = co_await make(gate, 1);
    if (inner.value() == 1) co_return outer.value();
  }
}

Task<int> case_of_a_switch(Gate& gate) {
  int value = 0;
  switch (gate.await_ready() ? 1 : 2) {
    case 1: value = co_await number(gate, 42); break;
    default: co_await nothing(gate); value = co_await number(gate, 42);
  }
  co_return value;
}

Task<int> only_a_switch(Gate& gate) {
  switch (gate.await_ready() ? 1 : 2) {
    case 1: co_return co_await number(gate, 42);
    default: co_await nothing(gate);
  }
  co_return 42;
}

Task<int> scopes(Gate& gate) {
  const Tracked outer(20);
  int sum = outer.value();
  {
    const Tracked inner = co_await make(gate, 2);
    co_await nothing(gate);
    sum += inner.value();
  }
  const Tracked last = co_await make(gate, 20);
  co_return sum + last.value();
}

Task<int> argument_name(Gate& gate) {
  const Tracked tracked(42);
  co_return co_await take(gate, tracked);
}

Task<int> argument_move(Gate& gate) {
  Tracked tracked(42);
  const int value = co_await take(gate, std::move(tracked));
  co_return value;
}

Task<int> argument_constructor(Gate& gate) {
  const int value = co_await take(gate, Tracked(42));
  co_return value;
}

Task<int> argument_string(Gate& gate) {
  const std::size_t value = co_await length(gate, std::string(42, 'x'));
  co_return static_cast<int>(value);
}

Task<int> argument_named_aggregate(Gate& gate) {
  Options options{.tracked = Tracked(40), .name = kText, .number = 2};
  const int copied = co_await take_options(gate, options);
  const int moved = co_await take_options(gate, std::move(options));
  co_return copied == moved ? moved : -1;
}

Task<int> argument_function_result(Gate& gate) {
  const auto tracked = [] { return Tracked(42); };
  co_return co_await take(gate, tracked());
}

// A reference to a temporary lives as long as the statement, waits included.
Task<int> look_at(Gate& gate, const Tracked& tracked) {
  co_await gate;
  co_return tracked.value();
}

Task<int> argument_temporary_by_reference(Gate& gate) {
  const int value = co_await look_at(gate, Tracked(42));
  co_return value;
}

Task<int> argument_unique_pointer(Gate& gate) {
  const auto child = [](Gate& child_gate, std::unique_ptr<Tracked> owned) -> Task<int> {
    co_await child_gate;
    co_return owned->value();
  };
  auto owned = std::make_unique<Tracked>(42);
  const int value = co_await child(gate, std::move(owned));
  co_return value;
}

Task<int> named_task(Gate& gate) {
  Task<int> task = number(gate, 42);
  const int value = co_await std::move(task);
  co_return value;
}

Task<int> task_in_an_optional(Gate& gate) {
  std::optional<Task<int>> task(number(gate, 42));
  const int value = co_await *std::move(task);
  co_return value;
}

Task<std::expected<std::unique_ptr<Tracked>, int>> open(Gate& gate, bool works) {
  co_await gate;
  if (!works) co_return std::unexpected(7);
  co_return std::make_unique<Tracked>(35);
}

Task<int> result_or_error(Gate& gate) {
  const auto opened = co_await open(gate, true);
  const auto failed = co_await open(gate, false);
  if (!opened || failed) co_return -1;
  co_return (*opened)->value() + failed.error();
}

struct Reading {
  int bytes = 0;
  int status = 0;
};

// An aggregate without destructor, made in co_return by parentheses, by braces and by name.
Task<Reading> read(Gate& gate, int how) {
  co_await gate;
  const Reading named{14, 0};
  if (how == 0) co_return Reading(14, 0);
  if (how == 1) co_return Reading{14, 0};
  co_return named;
}

Task<int> small_aggregates(Gate& gate) {
  int sum = 0;
  for (int how = 0; how < 3; ++how) {
    const Reading got = co_await read(gate, how);
    sum += got.bytes + got.status;
  }
  co_return sum;
}

// An aggregate with destructors, as a result.
Task<Options> options(Gate& gate, bool named) {
  co_await gate;
  const Options result{.tracked = Tracked(19), .name = kText, .number = 2};
  if (named) co_return result;
  co_return Options{.tracked = Tracked(19), .name = kText, .number = 2};
}

Task<int> aggregate_results(Gate& gate) {
  const Options first = co_await options(gate, true);
  const Options second = co_await options(gate, false);
  if (first.name != kText || second.name != kText) co_return -1;
  co_return first.tracked.value() + first.number + second.tracked.value() + second.number;
}

class Session {
 public:
  explicit Session(Gate& gate) : gate_(gate), tracked_(42) {}
  virtual ~Session() = default;

  // *this outlives the task.
  virtual Task<int> run() {
    const int value = co_await step();
    co_return value;
  }

 private:
  Task<int> step() {
    Gate& gate = gate_;  // an awaited member is a false maybe-uninitialized of g++ 12 under UBSan
    co_await gate;
    co_return tracked_.value();
  }
  Gate& gate_;
  Tracked tracked_;
};

Task<int> member_functions(Gate& gate) {
  Session session(gate);
  Session& base = session;
  co_return co_await base.run();
}

template <class T>
Task<T> passed_through(Task<T> task) {
  co_return co_await std::move(task);
}

Task<int> template_and_task_argument(Gate& gate) {
  const Tracked tracked = co_await passed_through(make(gate, 21));
  const int value = co_await passed_through(passed_through(number(gate, 21)));
  co_return tracked.value() + value;
}

Task<int> lambda_without_captures(Gate& gate) {
  const auto lambda = [](Gate& its_gate, Tracked tracked) -> Task<int> {
    co_await its_gate;
    co_return tracked.value();
  };
  Tracked tracked(42);
  const int value = co_await lambda(gate, std::move(tracked));
  co_return value;
}

Task<> note(Gate& gate, Tracked tracked, int& into) {
  if (tracked.value() != 0) co_await gate;
  into += tracked.value();
}

Task<int> race_of_two(Gate& gate) {
  int sum = 0;
  Gate never(false);
  const std::size_t winner =
      co_await task::race(note(never, Tracked(1), sum), note(gate, Tracked(41), sum));
  co_return static_cast<int>(winner) + sum;
}

Task<int> both_of_two(Gate& gate) {
  int sum = 0;
  co_await task::both(note(gate, Tracked(0), sum), note(gate, Tracked(42), sum));
  co_return sum;
}

constexpr std::array kShapes = {
    Shape{"co_return co_await f(), only statement", only_statement},
    Shape{"co_await f();", alone},
    Shape{"T v = co_await f();", named_variable},
    Shape{"T v{co_await f()};", named_variable_in_braces},
    Shape{"T v = co_await f(), T has a destructor", named_object},
    Shape{"co_await f(), result discarded", discarded_object},
    Shape{"v = co_await f();", assigned_object},
    Shape{"v.m = co_await f();", assigned_member},
    Shape{"if (c) co_await f();", in_a_branch},
    Shape{"if (c) co_return co_await f();", returned_from_a_branch},
    Shape{"while (c) co_await f();", body_of_a_loop},
    Shape{"while (c) co_await x; and nothing else", only_a_loop},
    Shape{"co_return out of a loop", left_early},
    Shape{"case 1: v = co_await f();", case_of_a_switch},
    Shape{"switch (c) { .. } and nothing else", only_a_switch},
    Shape{"nested scopes", scopes},
    Shape{"co_await f(name)", argument_name},
    Shape{"co_await f(std::move(name))", argument_move},
    Shape{"co_await f(T(1)), T has a destructor", argument_constructor},
    Shape{"co_await f(std::string(n, c))", argument_string},
    Shape{"co_await f(named aggregate)", argument_named_aggregate},
    Shape{"co_await f(g())", argument_function_result},
    Shape{"co_await f(T(1)), by reference", argument_temporary_by_reference},
    Shape{"co_await f(std::move(unique_ptr))", argument_unique_pointer},
    Shape{"co_await std::move(task)", named_task},
    Shape{"co_await *std::move(optional task)", task_in_an_optional},
    Shape{"co_return std::unexpected(e)", result_or_error},
    Shape{"co_return of a plain aggregate", small_aggregates},
    Shape{"co_return of an aggregate with destructors", aggregate_results},
    Shape{"virtual and private members", member_functions},
    Shape{"templates, tasks as arguments", template_and_task_argument},
    Shape{"lambda coroutine with []", lambda_without_captures},
    Shape{"co_await race(f(), g())", race_of_two},
    Shape{"co_await both(f(), g())", both_of_two},
};

}  // namespace

std::span<const Shape> allowed_shapes() { return kShapes; }

}  // namespace weir::toolchain
