#pragma once
// The process's log: one line an event, written by a background thread (spdlog), so that a worker
// never waits for a disk or a terminal.
//
//   LogFile file("-");                  // "-" is standard error; one for the process
//   LogWriter log(file);                // one for each worker, used in its thread only
//   log.add_line("session client=...");
//
// A worker collects its lines and passes them on in chunks, every kFlushEvery or kChunkBytes,
// because waking the background thread for each line would cost more than the proxying. When the
// background thread falls behind by kChunksMax chunks, the oldest are lost and counted.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "io/world.hpp"
#include "task/task.hpp"

namespace spdlog {
class logger;
namespace details {
class thread_pool;
}
}  // namespace spdlog

namespace weir::app {

inline constexpr std::size_t kChunksMax = 1024;
inline constexpr std::size_t kChunkBytes = 32 * 1024;
inline constexpr Duration kFlushEvery = std::chrono::milliseconds(200);

class LogFile {
 public:
  // "-": standard error, "none": nowhere, else a path that is appended to. On failure `problem`
  // says why and nothing is written.
  explicit LogFile(const std::string& path);
  ~LogFile();  // writes what is left

  const std::string& problem() const noexcept { return problem_; }
  bool is_off() const noexcept { return logger_ == nullptr; }
  void write(std::string_view lines);  // whole lines; any thread

 private:
  std::shared_ptr<spdlog::details::thread_pool> thread_;
  std::shared_ptr<spdlog::logger> logger_;
  std::size_t failed_ = 0;  // of the background thread while that runs
  std::string problem_;
};

class LogWriter final : public io::Log {
 public:
  explicit LogWriter(LogFile& file) : file_(file) {}
  ~LogWriter() override { flush(); }

  bool is_off() const noexcept { return file_.is_off(); }
  void write(io::Severity severity, std::string_view message) override;

  void add_line(std::string_view line);  // a line break is added

  // The same without a copy: what is appended to the text between the calls is one line.
  std::string& begin_line() noexcept { return lines_; }
  void end_line();

  void flush();

  // Flushes every kFlushEvery while there is something to flush; never ends.
  task::Task<> flush_regularly(io::World& world);

 private:
  LogFile& file_;
  std::string lines_;
};

// "2026-11-23T10:15:30.123Z": the time as the log writes it (RFC 3339, UTC).
std::string format_time(io::WallClock::Time time);

}  // namespace weir::app
