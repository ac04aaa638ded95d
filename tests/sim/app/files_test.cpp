// The files that weir-sim writes and reads: hash tables and events.

#include <catch2/catch.hpp>

#include "sim/app/events_file.hpp"
#include "sim/app/hash_table.hpp"
#include "sim/app/library.hpp"
#include "sim/app/temporary_directory.hpp"

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::app;
using weir::sim::app::test::TemporaryDirectory;

TEST_CASE("a table of hashes survives its file") {
  const TemporaryDirectory directory;
  HashTable table;
  table.set({"half-close", 1}, 0x0123456789ABCDEF);
  table.set({"half-close", 2}, 0xF);
  table.write(directory.path("h.txt"));
  CHECK_THAT(directory.read("h.txt"), Catch::Contains("half-close 1 0123456789abcdef\n"));
  CHECK(directory.files() == 1);
  const HashTable read = HashTable::read(directory.path("h.txt"));
  CHECK(read.find({"half-close", 1}) == 0x0123456789ABCDEF);
  CHECK(read.find({"half-close", 2}) == 0xF);
  CHECK(read.find({"half-close", 3}) == std::nullopt);
}

TEST_CASE("a line that is no line of hashes is named") {
  const TemporaryDirectory directory;
  const std::string path = directory.write("h.txt", "# comment\nhalf-close one 0f\n");
  CHECK_THROWS_WITH(HashTable::read(path), Catch::StartsWith(path + ":2:1: "));
  CHECK_THROWS_WITH(HashTable::read("/nowhere.txt"), Catch::Contains("cannot be read"));
  CHECK_THROWS_AS(HashTable().write("/nowhere/h.txt"), UsageError);
}

TEST_CASE("events are written one a line, and the file appears when it is whole") {
  const TemporaryDirectory directory;
  const Event event{TimePoint(Duration(12)), 3, EventKind::data, 7, 128};
  {
    EventsFile file(directory.path("e.jsonl"));
    file.on_event(event);
    CHECK(directory.read("e.jsonl").empty());
    file.keep();
  }
  CHECK(directory.read("e.jsonl") ==
        "{\"t\":12,\"n\":3,\"kind\":\"data\",\"actor\":7,\"size\":128}\n");
  CHECK(directory.files() == 1);
}

TEST_CASE("events of a run that was not finished leave no file") {
  const TemporaryDirectory directory;
  {
    EventsFile file(directory.path("e.jsonl"));
  }
  CHECK(directory.files() == 0);
  CHECK_THROWS_AS(EventsFile("/nowhere/e.jsonl"), UsageError);
}
