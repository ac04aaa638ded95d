#pragma once
// TaskGroup: owns Tasks that nobody awaits, such as the sessions of a server.
//
//   group.spawn(session(...));            // runs it up to its first wait
//   while (group.size() > 0) co_await group.task_ended().wait();
//
// A task that ends is freed at once. Destroying the group cancels what still runs.

#include <cstddef>

#include "base/intrusive_list.hpp"
#include "task/event.hpp"
#include "task/task.hpp"

namespace weir::task {

class TaskGroup {
 public:
  explicit TaskGroup(RunQueue& run_queue) : task_ended_(run_queue) {}
  ~TaskGroup() { cancel_all(); }
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  void spawn(Task<> task);
  void cancel_all() noexcept;  // oldest first; not from within one of its own tasks

  std::size_t size() const noexcept { return size_; }
  Event& task_ended() noexcept { return task_ended_; }  // signalled at every end

 private:
  struct Member;
  static void member_ended(void* member);
  void remove(Member& member) noexcept;

  IntrusiveList<Member> members_;
  std::size_t size_ = 0;
  Event task_ended_;
};

}  // namespace weir::task
