#include "sim/app/events_file.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "base/print.hpp"
#include "sim/app/library.hpp"

namespace weir::sim::app {

EventsFile::EventsFile(std::string path)
    : path_(std::move(path)),
      written_as_(fmt::format("{}.{}.part", path_, getpid())),
      file_(std::fopen(written_as_.c_str(), "w")) {
  if (file_ != nullptr) return;
  throw UsageError(fmt::format("{}: cannot be written: {}; name another file with --events", path_,
                               std::strerror(errno)));
}

void EventsFile::on_event(const Event& event) {
  print_text(file_, fmt::format("{{\"t\":{},\"n\":{},\"kind\":\"{}\",\"actor\":{},\"size\":{}}}\n",
                                event.at.time_since_epoch().count(), event.number,
                                to_string(event.kind), event.actor, event.size));
}

void EventsFile::keep() {
  const bool written = std::fflush(file_) == 0 && std::ferror(file_) == 0;
  std::fclose(std::exchange(file_, nullptr));
  if (written && std::rename(written_as_.c_str(), path_.c_str()) == 0) return;
  const std::string why = std::strerror(errno);
  std::remove(written_as_.c_str());
  throw Failure(fmt::format("{}: cannot be written: {}", path_, why));
}

EventsFile::~EventsFile() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  std::remove(written_as_.c_str());
}

}  // namespace weir::sim::app
