#include "app/log_writer.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

#include "real/signal_wait.hpp"

namespace weir::app {
namespace {

// Writes chunks as they are: they are lines already, and copying them through a formatter would
// cost as much as making them. Used by the background thread only.
class ChunkSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  // Counts in `failed` the chunks that could not be written.
  ChunkSink(std::FILE* file, std::size_t& failed) : file_(file), failed_(failed) {
    if (file_ != stderr) std::setvbuf(file_, nullptr, _IONBF, 0);
  }
  ~ChunkSink() override {
    if (file_ != stderr) std::fclose(file_);
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const std::size_t bytes = message.payload.size();
    if (std::fwrite(message.payload.data(), 1, bytes, file_) != bytes) ++failed_;
  }
  void flush_() override {}

  std::FILE* file_;
  std::size_t& failed_;
};

}  // namespace

LogFile::LogFile(const std::string& path) {
  if (path == "none") return;
  try {
    std::FILE* const file = path == "-" ? stderr : std::fopen(path.c_str(), "ae");
    if (file == nullptr) {
      problem_ = std::strerror(errno);
      return;
    }
    auto sink = std::make_shared<ChunkSink>(file, failed_);
    thread_ = std::make_shared<spdlog::details::thread_pool>(kChunksMax, 1,
                                                             &real::block_signals_in_this_thread);
    logger_ = std::make_shared<spdlog::async_logger>("weir", std::move(sink), thread_,
                                                     spdlog::async_overflow_policy::overrun_oldest);
  } catch (const spdlog::spdlog_ex& failure) {
    problem_ = failure.what();
    logger_.reset();
  }
}

LogFile::~LogFile() {
  if (thread_ == nullptr) return;
  const std::size_t overrun = thread_->overrun_counter();
  // The thread goes first: it writes what is left and is joined. While it runs, each message in its
  // queue holds the logger.
  thread_.reset();
  if (overrun > 0) {
    std::fprintf(stderr, "weir: %zu chunks of log lines were lost: slow disk\n", overrun);
  }
  if (failed_ > 0) {
    std::fprintf(stderr, "weir: %zu chunks of log lines could not be written: full disk?\n",
                 failed_);
  }
}

void LogFile::write(std::string_view lines) {
  if (logger_ != nullptr) logger_->info(lines);
}

void LogWriter::write(io::Severity severity, std::string_view message) {
  constexpr std::array<const char*, 3> names = {"info", "warning", "error"};
  const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  add_line(fmt::format("{} {} {}", format_time(now), names[static_cast<std::size_t>(severity)],
                       message));
}

void LogWriter::add_line(std::string_view line) {
  if (is_off()) return;
  begin_line() += line;
  end_line();
}

void LogWriter::end_line() {
  lines_ += '\n';
  if (lines_.size() >= kChunkBytes) flush();
}

void LogWriter::flush() {
  if (lines_.empty()) return;
  file_.write(lines_);
  lines_.clear();
}

task::Task<> LogWriter::flush_regularly(io::World& world) {
  for (;;) {
    flush();
    co_await task::sleep_until(world.run_queue, world.timers,
                               after(world.timers.now(), kFlushEvery));
  }
}

std::string format_time(io::WallClock::Time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time - seconds);
  return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                     milliseconds.count());
}

}  // namespace weir::app
