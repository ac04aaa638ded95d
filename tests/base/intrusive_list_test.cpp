#include "base/intrusive_list.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "support/death.hpp"

using namespace weir;

namespace {

struct Job : ListHook {
  explicit Job(int number_given) : number(number_given) {}
  int number;
};

std::vector<int> drain(IntrusiveList<Job>& jobs) {
  std::vector<int> numbers;
  while (!jobs.empty()) {
    numbers.push_back(jobs.front().number);
    jobs.front().unlink();
  }
  return numbers;
}

}  // namespace

TEST_CASE("a list keeps the order of insertion") {
  Job one(1), two(2), three(3);
  IntrusiveList<Job> jobs;
  CHECK(jobs.empty());
  jobs.push_back(one);
  jobs.push_back(two);
  jobs.push_back(three);
  CHECK_FALSE(jobs.empty());
  CHECK(two.is_linked());
  CHECK(drain(jobs) == std::vector{1, 2, 3});
  CHECK_FALSE(two.is_linked());
}

TEST_CASE("an element leaves from anywhere") {
  Job one(1), two(2), three(3);
  IntrusiveList<Job> jobs;
  for (Job* job : {&one, &two, &three}) jobs.push_back(*job);
  const int leaves = GENERATE(1, 2, 3);
  Job& leaver = leaves == 1 ? one : leaves == 2 ? two : three;
  leaver.unlink();
  leaver.unlink();  // nothing to do any more
  CHECK_FALSE(leaver.is_linked());
  std::vector<int> rest = {1, 2, 3};
  std::erase(rest, leaves);
  CHECK(drain(jobs) == rest);
}

TEST_CASE("an element that is destroyed leaves its list") {
  Job one(1), three(3);
  IntrusiveList<Job> jobs;
  jobs.push_back(one);
  {
    Job two(2);
    jobs.push_back(two);
    jobs.push_back(three);
  }
  CHECK(drain(jobs) == std::vector{1, 3});
}

TEST_CASE("a list that is destroyed frees its elements to join another") {
  Job one(1), two(2);
  {
    IntrusiveList<Job> first;
    first.push_back(one);
    first.push_back(two);
  }
  CHECK_FALSE(one.is_linked());
  IntrusiveList<Job> second;
  second.push_back(two);
  second.push_back(one);
  CHECK(drain(second) == std::vector{2, 1});
}

TEST_CASE("an element joins one list at a time") {
  const std::string words = test::death_of([] {
    Job job(1);
    IntrusiveList<Job> first, second;
    first.push_back(job);
    second.push_back(job);
  });
  CHECK_THAT(words, Catch::Contains("one list at a time"));
}

TEST_CASE("a list behaves like a deque") {
  rc::prop("under random pushes, removals and destructions", [](const std::vector<int>& steps) {
    std::vector<std::unique_ptr<Job>> owned;
    std::deque<int> model;
    int last_number = 0;
    IntrusiveList<Job> jobs;
    for (const int step : steps) {
      const std::size_t pick = owned.empty() ? 0 : static_cast<unsigned>(step) % owned.size();
      if (owned.empty() || step % 3 == 0) {
        owned.push_back(std::make_unique<Job>(++last_number));
        jobs.push_back(*owned.back());
        model.push_back(owned.back()->number);
        continue;
      }
      std::erase(model, owned[pick]->number);
      if (step % 3 == 1) {
        owned[pick]->unlink();
      } else {
        owned.erase(owned.begin() + static_cast<std::ptrdiff_t>(pick));
      }
      RC_ASSERT(jobs.empty() == model.empty());
    }
    RC_ASSERT(drain(jobs) == std::vector<int>(model.begin(), model.end()));
  });
}
