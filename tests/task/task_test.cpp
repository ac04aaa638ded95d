#include "task/task.hpp"

#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include <catch2/catch.hpp>

#include "base/result.hpp"
#include "support/death.hpp"
#include "support/driver.hpp"
#include "support/journal.hpp"
#include "support/stack_span.hpp"
#include "task/event.hpp"

using namespace weir;
using task::Event;
using task::Task;
using test::Driver;
using test::Journal;
using test::Note;
using test::Running;
using test::StackSpan;

// Everything that a coroutine here takes by reference outlives it: it belongs to the test.

namespace {

Task<int> seven() { co_return 7; }
Task<> nothing() { co_return; }

Task<int> seven_later(Event& event) {
  co_await event.wait();
  co_return 7;
}

Task<int> plus(Task<int> left, Task<int> right) {
  const int a = co_await std::move(left);
  const int b = co_await std::move(right);
  co_return a + b;
}

Task<std::unique_ptr<std::string>> boxed(std::string text) {
  co_return std::make_unique<std::string>(std::move(text));
}

Task<std::size_t> length_of_boxed(std::string text) {
  const std::unique_ptr<std::string> box = co_await boxed(std::move(text));
  co_return box->size();
}

Task<Result<int>> fails(Event& event) {
  co_await event.wait();
  co_return std::unexpected(Error{.code = ErrorCode::refused});
}

Task<int> code_of_failure(Event& event) {
  const Result<int> result = co_await fails(event);
  co_return result ? -1 : static_cast<int>(result.error().code);
}

Task<int> depth(int levels, Event& event) {
  if (levels == 0) {
    co_await event.wait();
    co_return 0;
  }
  const int below = co_await depth(levels - 1, event);
  co_return below + 1;
}

}  // namespace

TEST_CASE("a task does nothing before it is started") {
  Journal journal;
  const auto write = [](Journal& into) -> Task<> {
    into.push_back("ran");
    co_return;
  };
  Task<> task = write(journal);
  CHECK(journal.empty());
  const Running running(std::move(task));
  CHECK(journal == Journal{"ran"});
}

TEST_CASE("a task that waits for nothing ends without a run queue") {
  Running running(seven());
  CHECK(running.ended());
  CHECK(running.take() == 7);
  Running sum(plus(seven(), plus(seven(), seven())));
  CHECK(sum.ended());
  CHECK(sum.take() == 21);
}

TEST_CASE("a child's result reaches its parent, whether the child waits or not") {
  Driver driver;
  Event first(driver.run_queue), second(driver.run_queue);
  Running running(plus(seven_later(first), plus(seven(), seven_later(second))));
  CHECK_FALSE(running.ended());
  second.signal();
  driver.settle();
  CHECK_FALSE(running.ended());  // it waits for the first
  first.signal();
  driver.settle();
  CHECK(running.ended());
  CHECK(running.take() == 21);
}

TEST_CASE("a result may be movable only") {
  Running running(boxed("text"));
  CHECK(*running.take() == "text");
  Running length(length_of_boxed(std::string(100, 'x')));
  CHECK(length.take() == 100);
}

TEST_CASE("a result may be an error") {
  Driver driver;
  Event event(driver.run_queue);
  Running running(code_of_failure(event));
  event.signal();
  driver.settle();
  CHECK(running.take() == static_cast<int>(ErrorCode::refused));
}

TEST_CASE("a result that nobody takes is destroyed with its task") {
  Journal journal;
  const auto make = [](Journal& into) -> Task<Note> { co_return Note(into, "result"); };
  {
    const Running running(make(journal));
    CHECK(running.ended());
    CHECK(journal.empty());
  }
  CHECK(journal == Journal{"~result"});
}

TEST_CASE("a task is moved, never copied") {
  CHECK(std::is_nothrow_move_constructible_v<Task<int>>);
  CHECK_FALSE(std::is_copy_constructible_v<Task<int>>);
  Task<int> first = seven();
  Task<int> second = std::move(first);
  Running running(std::move(second));
  CHECK(running.take() == 7);
}

TEST_CASE("assigning to a task destroys the one it held") {
  Journal journal;
  const auto hold = [](Note) -> Task<> { co_return; };
  Task<> task = hold(Note(journal, "old"));
  task = hold(Note(journal, "new"));
  CHECK(journal == Journal{"~old"});
  task.cancel();
  CHECK(journal == Journal{"~old", "~new"});
  task.cancel();  // it is empty by now
}

TEST_CASE("a parent is resumed in the step in which its child ends") {
  Driver driver;
  Event event(driver.run_queue);
  Running running(depth(5, event));
  event.signal();
  CHECK(driver.settle() == 1);
  CHECK(running.take() == 5);
}

TEST_CASE("tasks may nest a thousand levels") {
  Driver driver;
  Event event(driver.run_queue);
  Running running(depth(1000, event));
  CHECK(Census::here().of(Kind::frame) == 1001);
  event.signal();
  driver.settle();
  CHECK(running.take() == 1000);
  CHECK(Census::here().of(Kind::frame) == 1);  // children go as their parents go on
}

TEST_CASE("a task is awaited once") {
  const std::string words = test::death_of([] {
    Task<> task = nothing();
    task.start([](void*) {}, nullptr);
    task.start([](void*) {}, nullptr);
  });
  CHECK_THAT(words, Catch::Contains("a Task is awaited once"));
}

TEST_CASE("an exception that leaves a coroutine is a broken invariant") {
  const std::string words = test::death_of([] {
    const auto thrower = []() -> Task<> {
      throw 1;
      co_return;
    };
    const Running running(thrower());
  });
  CHECK_THAT(words, Catch::Contains("no exception leaves a coroutine"));
}

namespace {

constexpr int kMany = 100'000;

Task<int> one(StackSpan& stack) {
  stack.touch();
  co_return 1;
}

Task<int> count_children(StackSpan& stack) {
  int count = 0;
  for (int i = 0; i < kMany; ++i) {
    const int step = co_await one(stack);
    count += step;
  }
  co_return count;
}

Task<> wait_and_touch(Event& event, StackSpan& stack) {
  co_await event.wait();
  stack.touch();
}

Task<> await_waiting_children(Event& event, StackSpan& stack) {
  for (int i = 0; i < kMany; ++i) co_await wait_and_touch(event, stack);
}

// Every other child waits: parents are resumed by a child, and go on with one that does not wait.
Task<> await_mixed_children(Event& event, StackSpan& stack) {
  for (int i = 0; i < kMany; ++i) {
    if (i % 2 == 0) event.signal();
    co_await wait_and_touch(event, stack);
  }
}

}  // namespace

TEST_CASE("children that do not wait need no more stack, however many") {
  StackSpan stack;
  Running running(count_children(stack));
  CHECK(running.take() == kMany);
  CHECK(stack.bytes() == 0);
}

TEST_CASE("children that wait need no more stack, however many") {
  Driver driver;
  Event event(driver.run_queue);
  StackSpan stack;
  const Running running(await_waiting_children(event, stack));
  for (int i = 0; i < kMany; ++i) {
    event.signal();
    driver.settle();
  }
  CHECK(running.ended());
  CHECK(stack.bytes() < 1024);
}

TEST_CASE("children of which some wait need no more stack, however many") {
  Driver driver;
  Event event(driver.run_queue);
  StackSpan stack;
  const Running running(await_mixed_children(event, stack));
  while (!running.ended()) {
    event.signal();
    driver.settle();
  }
  CHECK(stack.bytes() < 16 * 1024);
}
