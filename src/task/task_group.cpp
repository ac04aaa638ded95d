#include "task/task_group.hpp"

#include <memory>

namespace weir::task {

struct TaskGroup::Member : ListHook {
  Member(TaskGroup& owner, Task<> owned) : group(owner), task(std::move(owned)) {}
  TaskGroup& group;
  Task<> task;
};

void TaskGroup::spawn(Task<> task) {
  Member& member = *std::make_unique<Member>(*this, std::move(task)).release();
  members_.push_back(member);  // owned by the list: remove() deletes it
  ++size_;
  if (member.task.start(&member_ended, &member)) remove(member);
}

void TaskGroup::cancel_all() noexcept {
  while (!members_.empty()) remove(members_.front());
}

void TaskGroup::member_ended(void* member) {
  Member& ended = *static_cast<Member*>(member);
  ended.group.remove(ended);
}

void TaskGroup::remove(Member& member) noexcept {
  const std::unique_ptr<Member> freed(&member);
  member.unlink();
  --size_;
  task_ended_.signal();
}

}  // namespace weir::task
