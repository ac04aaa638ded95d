#include "app/log_writer.hpp"

#include <array>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "real/signal_wait.hpp"

namespace weir::app {

LogFile::LogFile(const std::string& path) {
  if (path == "none") return;
  try {
    spdlog::sink_ptr sink;
    if (path == "-") {
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path);
    }
    thread_ = std::make_shared<spdlog::details::thread_pool>(kChunksMax, 1,
                                                             &real::block_signals_in_this_thread);
    logger_ = std::make_shared<spdlog::async_logger>("weir", std::move(sink), thread_,
                                                     spdlog::async_overflow_policy::overrun_oldest);
    logger_->set_pattern("%v");
    logger_->flush_on(spdlog::level::info);
  } catch (const spdlog::spdlog_ex& failure) {
    problem_ = failure.what();
    logger_.reset();
  }
}

LogFile::~LogFile() {
  if (thread_ == nullptr) return;
  const std::size_t lost = thread_->overrun_counter();
  // The thread goes first: it writes what is left and is joined. While it runs, each message in its
  // queue holds the logger.
  thread_.reset();
  if (lost > 0) std::fprintf(stderr, "weir: %zu chunks of log lines were lost: slow disk\n", lost);
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
  lines_ += line;
  lines_ += '\n';
  if (lines_.size() >= kChunkBytes) flush();
}

void LogWriter::flush() {
  if (lines_.empty()) return;
  lines_.pop_back();
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
