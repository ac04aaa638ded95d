#include "task/timers.hpp"

#include <functional>
#include <memory>
#include <string>

#include <catch2/catch.hpp>

#include "support/death.hpp"
#include "support/journal.hpp"

using namespace weir;
using namespace std::chrono_literals;
using task::Timers;
using test::Journal;

namespace {

constexpr TimePoint kStart{};

struct Alarm final : task::Timer {
  Alarm(Journal& journal_given, std::string name_given)
      : journal(journal_given), name(std::move(name_given)) {}

  void fire() override {
    journal.push_back(name);
    if (then) then();
  }

  Journal& journal;
  std::string name;
  std::function<void()> then;
};

struct Rig {
  Timers timers;
  Journal journal;
  Alarm a{journal, "a"}, b{journal, "b"}, c{journal, "c"};
};

}  // namespace

TEST_CASE("time stands still between advances, and never goes back") {
  Timers timers;
  CHECK(timers.now() == kStart);
  timers.advance_to(kStart + 5s);
  CHECK(timers.now() == kStart + 5s);
  timers.advance_to(kStart + 3s);
  CHECK(timers.now() == kStart + 5s);
}

TEST_CASE("timers fire in the order of their deadlines, once") {
  Rig rig;
  rig.timers.set(rig.b, kStart + 2s);
  rig.timers.set(rig.a, kStart + 1s);
  rig.timers.set(rig.c, kStart + 3s);
  CHECK(rig.timers.size() == 3);
  CHECK(rig.timers.next_deadline() == kStart + 1s);
  rig.timers.advance_to(kStart + 2s);
  CHECK(rig.journal == Journal{"a", "b"});
  CHECK_FALSE(rig.a.is_set());
  CHECK(rig.c.is_set());
  CHECK(rig.timers.next_deadline() == kStart + 3s);
  rig.timers.advance_to(kStart + 9s);
  rig.timers.advance_to(kStart + 10s);
  CHECK(rig.journal == Journal{"a", "b", "c"});
  CHECK(rig.timers.fired() == 3);
  CHECK(rig.timers.next_deadline() == kNever);
}

TEST_CASE("timers of the same deadline fire in the order in which they were set") {
  Rig rig;
  rig.timers.set(rig.c, kStart + 1s);
  rig.timers.set(rig.a, kStart + 1s);
  rig.timers.set(rig.b, kStart + 1s);
  rig.timers.set(rig.c, kStart + 1s);  // moved behind the others
  rig.timers.advance_to(kStart + 1s);
  CHECK(rig.journal == Journal{"a", "b", "c"});
}

TEST_CASE("setting a timer again moves it") {
  Rig rig;
  rig.timers.set(rig.a, kStart + 1s);
  rig.timers.set(rig.b, kStart + 2s);
  rig.timers.set(rig.a, kStart + 3s);
  CHECK(rig.timers.size() == 2);
  rig.timers.advance_to(kStart + 2s);
  CHECK(rig.journal == Journal{"b"});
  rig.timers.advance_to(kStart + 3s);
  CHECK(rig.journal == Journal{"b", "a"});
}

TEST_CASE("a timer may move to other timers") {
  Rig rig;
  Timers others;
  rig.timers.set(rig.a, kStart + 1s);
  others.set(rig.a, kStart + 2s);
  CHECK(rig.timers.size() == 0);
  CHECK(others.size() == 1);
  others.advance_to(kStart + 2s);
  CHECK(rig.journal == Journal{"a"});
}

TEST_CASE("a deadline in the past fires at the next advance, and in the order of setting") {
  Rig rig;
  rig.timers.advance_to(kStart + 10s);
  rig.timers.set(rig.a, kStart + 5s);
  rig.timers.set(rig.b, kStart + 1s);
  CHECK(rig.timers.next_deadline() == kStart + 10s);
  CHECK(rig.journal.empty());
  rig.timers.advance_to(kStart + 10s);
  CHECK(rig.journal == Journal{"a", "b"});
}

TEST_CASE("a timer set to kNever is not set") {
  Rig rig;
  rig.timers.set(rig.a, kNever);
  CHECK_FALSE(rig.a.is_set());
  rig.timers.set(rig.b, kStart + 1s);
  rig.timers.set(rig.b, kNever);
  CHECK_FALSE(rig.b.is_set());
  CHECK(rig.timers.size() == 0);
}

TEST_CASE("a timer that is cancelled or destroyed does not fire") {
  Rig rig;
  {
    Alarm gone(rig.journal, "gone");
    rig.timers.set(gone, kStart + 1s);
    rig.timers.set(rig.a, kStart + 1s);
    rig.timers.set(rig.b, kStart + 1s);
  }
  rig.a.cancel();
  rig.a.cancel();
  CHECK(rig.timers.size() == 1);
  rig.timers.advance_to(kStart + 2s);
  CHECK(rig.journal == Journal{"b"});
}

TEST_CASE("a timer that fires sees the time that was advanced to, and is not set") {
  Rig rig;
  rig.a.then = [&] {
    CHECK(rig.timers.now() == kStart + 9s);
    CHECK_FALSE(rig.a.is_set());
  };
  rig.timers.set(rig.a, kStart + 1s);
  rig.timers.advance_to(kStart + 9s);
  CHECK(rig.journal == Journal{"a"});
}

TEST_CASE("a timer that sets itself while it fires waits for the next advance") {
  Rig rig;
  rig.a.then = [&] { rig.timers.set(rig.a, kStart); };
  rig.timers.set(rig.a, kStart + 1s);
  for (std::size_t advances = 1; advances <= 3; ++advances) {
    rig.timers.advance_to(kStart + 5s);
    CHECK(rig.journal.size() == advances);
    CHECK(rig.timers.next_deadline() == kStart + 5s);
  }
  rig.a.cancel();
}

TEST_CASE("a timer that is moved by another that fires waits for its new deadline") {
  Rig rig;
  rig.a.then = [&] { rig.timers.set(rig.b, kStart + 7s); };
  rig.timers.set(rig.a, kStart + 1s);
  rig.timers.set(rig.b, kStart + 2s);
  rig.timers.advance_to(kStart + 5s);
  CHECK(rig.journal == Journal{"a"});
  rig.timers.advance_to(kStart + 7s);
  CHECK(rig.journal == Journal{"a", "b"});
}

TEST_CASE("a timer that fires may destroy itself and others that are due") {
  Timers timers;
  Journal journal;
  Alarm first(journal, "first"), last(journal, "last");
  auto own = std::make_unique<Alarm>(journal, "own");
  auto other = std::make_unique<Alarm>(journal, "other");
  own->then = [&] {
    other.reset();
    own.reset();
  };
  for (Alarm* alarm : {&first, own.get(), other.get(), &last}) timers.set(*alarm, kStart + 1s);
  timers.advance_to(kStart + 1s);
  CHECK(journal == Journal{"first", "own", "last"});
}

TEST_CASE("no timer outlives its timers") {
  const std::string words = test::death_of([] {
    Journal journal;
    Alarm alarm(journal, "a");
    Timers timers;
    timers.set(alarm, kStart + 1s);
  });
  CHECK_THAT(words, Catch::Contains("no timer outlives its World"));
}
