#include "base/pooled.hpp"

#include <array>
#include <memory>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

using namespace weir;

namespace {

template <std::size_t bytes>
struct Object : Pooled {
  std::array<unsigned char, bytes> content;
};

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kReuses = false;
#else
constexpr bool kReuses = true;
#endif

}  // namespace

TEST_CASE("the memory of what is gone serves the next one of about its size") {
  auto first = std::make_unique<Object<100>>();
  const void* const where = first.get();
  first.reset();
  const auto larger = std::make_unique<Object<1000>>();
  CHECK(static_cast<const void*>(larger.get()) != where);
  const auto next = std::make_unique<Object<104>>();
  CHECK((static_cast<const void*>(next.get()) == where) == kReuses);
}

TEST_CASE("objects that live at the same time never share memory") {
  std::vector<std::unique_ptr<Object<200>>> alive;
  for (int round = 0; round < 3; ++round) {
    for (unsigned char i = 0; i < 100; ++i) {
      alive.push_back(std::make_unique<Object<200>>());
      alive.back()->content.fill(i);
    }
    for (unsigned char i = 0; i < 100; ++i) {
      CHECK(alive[i]->content.front() == i);
      CHECK(alive[i]->content.back() == i);
    }
    alive.clear();
  }
}

TEST_CASE("memory may come from one thread and go in another") {
  std::vector<std::unique_ptr<Object<300>>> moved;
  std::thread maker([&moved] {
    for (int i = 0; i < 100; ++i) moved.push_back(std::make_unique<Object<300>>());
  });
  maker.join();
  moved.clear();
  CHECK(std::make_unique<Object<300>>() != nullptr);
}

TEST_CASE("what dies while its thread ends is freed, not kept") {
  std::thread thread([] {
    // Destroyed in reverse order: the pool is made later than this, and goes before it.
    thread_local std::unique_ptr<Object<300>> last_to_die;
    last_to_die = std::make_unique<Object<300>>();
    std::make_unique<Object<300>>().reset();
  });
  thread.join();  // the address sanitizer and valgrind find what is wrong or left
}

TEST_CASE("what is large, and more than is kept at most, goes through malloc") {
  CHECK(std::make_unique<Object<100'000>>() != nullptr);
  std::vector<std::unique_ptr<Object<2000>>> many;
  for (std::size_t i = 0; i < 2 * kPooledBytesMax / 2000; ++i) {
    many.push_back(std::make_unique<Object<2000>>());
  }
  many.clear();  // and a leak checker finds nothing
  CHECK(std::make_unique<Object<2000>>() != nullptr);
}
