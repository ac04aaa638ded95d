#include "sim/app/library.hpp"

#include <catch2/catch.hpp>

#include "sim/app/temporary_directory.hpp"

using namespace weir::sim::app;
using weir::sim::app::test::kGood;
using weir::sim::app::test::TemporaryDirectory;

namespace {

struct Rig {
  Rig() {
    directory.write("zebra.toml", kGood);
    directory.write("apple.toml", kGood);
    directory.write("notes.txt", "no scenario");
  }
  Library library() const { return Library(directory.path(".")); }
  std::string problem(const std::string& name) const {
    try {
      library().load(name, {});
    } catch (const UsageError& error) {
      return error.what();
    }
    return "none";
  }
  TemporaryDirectory directory;
};

}  // namespace

TEST_CASE("a library knows its scenarios by name, sorted") {
  const Rig rig;
  CHECK(rig.library().names() == std::vector<std::string>{"apple", "zebra"});
  CHECK(rig.library().load("zebra", {}).story == "a small one");
}

TEST_CASE("a scenario is also found by its path") {
  const Rig rig;
  CHECK(rig.library().load(rig.directory.path("apple.toml"), {}).name == "apple");
}

TEST_CASE("an unknown name is told with the nearest") {
  const Rig rig;
  CHECK_THAT(rig.problem("zebar"), Catch::Contains("there is no scenario \"zebar\"; did you mean "
                                                   "\"zebra\"?"));
}

TEST_CASE("a file that is not there is named") {
  const Rig rig;
  CHECK_THAT(rig.problem("./nowhere.toml"), Catch::StartsWith("./nowhere.toml: cannot be read"));
  CHECK_THAT(rig.problem(rig.directory.path(".")), Catch::Contains("is a directory"));
}

TEST_CASE("all problems of a file are told, one a line") {
  const Rig rig;
  const std::string path = rig.directory.write("bad.toml", kGood + "settel = \"1s\"\nreset = -1\n");
  CHECK(rig.problem(path) ==
        path +
            ":10:9: expect.reset is no bound of this counter; write a count such as 200, or "
            "{ min = 1, max = 9 }; or \"all\" or \"99%\" of exchanges\n" +
            path + ":9:1: unknown key \"settel\" in expect; did you mean \"settle\"?");
}

TEST_CASE("a directory that is not there is named") {
  CHECK_THROWS_WITH(Library("/nowhere/at/all"),
                    Catch::Contains("/nowhere/at/all") && Catch::Contains("--scenarios"));
}

TEST_CASE("the scenarios of the source tree are the default") {
  const Library library("");
  CHECK(library.names().size() >= 9);
}
