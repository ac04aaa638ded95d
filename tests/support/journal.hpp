#pragma once
// Journal: what happened, in order. Note: an entry for the beginning or the end of an object.
//
//   Journal journal;
//   { Note note(journal, "local"); }          // "~local" when it is destroyed
//   CHECK(journal == Journal{"~local"});

#include <string>
#include <utility>
#include <vector>

namespace weir::test {

using Journal = std::vector<std::string>;

// Movable, so that it can be a coroutine's parameter; only the last holder writes.
class Note {
 public:
  Note(Journal& journal, std::string name) : journal_(&journal), name_(std::move(name)) {}
  Note(Note&& other) noexcept
      : journal_(std::exchange(other.journal_, nullptr)), name_(std::move(other.name_)) {}
  Note& operator=(Note&&) = delete;
  ~Note() {
    if (journal_ != nullptr) journal_->push_back("~" + name_);
  }

 private:
  Journal* journal_;
  std::string name_;
};

}  // namespace weir::test
