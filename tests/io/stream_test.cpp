#include "io/stream.hpp"

#include <set>

#include <catch2/catch.hpp>

using namespace weir;
using io::IoStatus;

TEST_CASE("every status has a text of its own") {
  std::set<std::string_view> texts;
  const int statuses = static_cast<int>(IoStatus::failed) + 1;
  for (int status = 0; status < statuses; ++status) {
    texts.insert(to_string(static_cast<IoStatus>(status)));
  }
  CHECK(texts.size() == static_cast<std::size_t>(statuses));
  CHECK(texts.count("unknown status") == 0);
  CHECK(to_string(static_cast<IoStatus>(statuses)) == "unknown status");
  CHECK(to_string(IoStatus::would_block) == "would block");
}
