#pragma once
// TemporaryDirectory: an empty directory that is gone, with all that is in it, at the end of a
// test.
//
//   const TemporaryDirectory directory;
//   directory.write("x.toml", "story = ...");   // returns the path
//   CHECK(directory.read("events.jsonl") == "...");

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <unistd.h>

namespace weir::sim::app::test {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "weir-test-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::string path(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return path(name);
  }
  std::string read(const std::string& name) const {
    std::ifstream file(path_ / name);
    return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_),
                                                  std::filesystem::directory_iterator()));
  }

 private:
  std::filesystem::path path_;
};

// Loads, and passes.
inline const std::string kGood = R"(story = "a small one"
[[backend]]
name = "b"
kind = "answer"
[[client]]
name = "c"
connections = 3
[expect]
complete = "all"
)";

}  // namespace weir::sim::app::test
