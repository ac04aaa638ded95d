#pragma once
// Site: what all workers of one backend share: its name, its settings, its counters.
// Worker: what belongs to one thread: its World, its copy of the settings, its output buffer.

#include <string>
#include <vector>

#include "backend/answer.hpp"
#include "backend/counters.hpp"
#include "backend/date.hpp"
#include "backend/settings.hpp"
#include "backend/staging.hpp"
#include "io/world.hpp"

namespace weir::backend {

enum class Mode : std::uint8_t {
  http,
  echo,    // every byte back, until the client ends
  sink,    // reads and forgets
  source,  // sends source_bytes, then ends
};

struct SiteOptions {
  std::string name;  // at most kNameBytesMax bytes, of letters, digits and "._:[]-"
  Mode mode = Mode::http;
  Settings settings;
  std::size_t workers = 1;
  Duration idle_timeout = std::chrono::minutes(10);  // without a byte in either direction
  std::uint64_t source_bytes = kBytesMax;
};

class Site {
 public:
  explicit Site(SiteOptions options)
      : options_(std::move(options)),
        hello_("hello from " + options_.name + "\n"),
        board_(options_.settings),
        counters_(options_.workers) {}

  const SiteOptions& options() const noexcept { return options_; }
  const std::string& hello() const noexcept { return hello_; }
  SettingsBoard& board() noexcept { return board_; }
  Counters& counters(std::size_t worker) noexcept { return counters_[worker]; }
  std::string stats() const { return to_json(options_.name, counters_); }

 private:
  SiteOptions options_;
  std::string hello_;
  SettingsBoard board_;
  std::vector<Counters> counters_;
};

struct Worker {
  // Both outlive the worker. `number` counts from 0.
  Worker(Site& its_site, io::World& its_world, std::size_t number)
      : site(its_site), world(its_world), counters(its_site.counters(number)) {}

  const Settings& settings() {
    const std::uint64_t version = site.board().version();
    if (version != version_) {
      settings_ = site.board().read();
      version_ = version;
    }
    return settings_;
  }

  Answer answer(const Request& request);
  std::string_view date() { return date_.text(world.timers.now(), world.wall_clock); }

  Site& site;
  io::World& world;
  Counters& counters;
  Staging staging;  // empty whenever a coroutine of this worker waits

 private:
  Settings settings_;
  std::uint64_t version_ = 0;
  Date date_;
};

}  // namespace weir::backend
