#pragma once
// A doubly linked list whose links live in its elements, so that linking never allocates and an
// element can leave from anywhere in constant time.
//
//   struct Job : ListHook { ... };   IntrusiveList<Job> jobs;   jobs.push_back(job);
//
// An element is in at most one list, and leaves it when it is destroyed. The list owns nothing.

#include "base/assert.hpp"

namespace weir {

class ListHook {
 public:
  ListHook() noexcept = default;
  ~ListHook() { unlink(); }
  ListHook(const ListHook&) = delete;
  ListHook& operator=(const ListHook&) = delete;

  bool is_linked() const noexcept { return next_ != nullptr; }

  void unlink() noexcept {
    if (next_ == nullptr) return;
    previous_->next_ = next_;
    next_->previous_ = previous_;
    next_ = previous_ = nullptr;
  }

 private:
  template <class T>
  friend class IntrusiveList;

  ListHook* previous_ = nullptr;
  ListHook* next_ = nullptr;
};

template <class T>
class IntrusiveList {
 public:
  IntrusiveList() noexcept { head_.next_ = head_.previous_ = &head_; }
  ~IntrusiveList() {
    while (!empty()) head_.next_->unlink();
    head_.next_ = head_.previous_ = nullptr;
  }
  IntrusiveList(const IntrusiveList&) = delete;
  IntrusiveList& operator=(const IntrusiveList&) = delete;

  bool empty() const noexcept { return head_.next_ == &head_; }

  T& front() noexcept { return static_cast<T&>(*head_.next_); }

  void push_back(T& element) noexcept {
    ListHook& hook = element;
    ASSERT(!hook.is_linked(), "an element is in one list at a time");
    hook.previous_ = head_.previous_;
    hook.next_ = &head_;
    head_.previous_->next_ = &hook;
    head_.previous_ = &hook;
  }

 private:
  ListHook head_;  // next_ is the first element, previous_ the last
};

}  // namespace weir
