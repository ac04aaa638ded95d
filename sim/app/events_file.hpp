#pragma once
// EventsFile: the trace of a run as JSON lines, one an event:
//
//   {"t":12000000,"n":17,"kind":"data","actor":3,"size":128}
//
// t is virtual nanoseconds, n the event's number; kind, actor and size are sim/world/trace.hpp's.
// Written under another name and renamed by keep(), so that a file of that name is always whole.

#include <cstdio>
#include <string>

#include "sim/world/trace.hpp"

namespace weir::sim::app {

class EventsFile final : public Trace::Sink {
 public:
  explicit EventsFile(std::string path);  // throws UsageError when it cannot be written
  ~EventsFile();                          // without keep(): nothing is left
  EventsFile(const EventsFile&) = delete;
  EventsFile& operator=(const EventsFile&) = delete;

  void on_event(const Event& event) override;
  void keep();  // throws Failure when the disk is full

 private:
  std::string path_;
  std::string written_as_;
  std::FILE* file_;
};

}  // namespace weir::sim::app
