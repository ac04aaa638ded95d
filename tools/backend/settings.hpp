#pragma once
// How the backend (mis)behaves, and the board on which all workers read it.
//
//   Settings settings;
//   if (auto problem = set(settings, "fail-rate", "1/20")) complain(*problem);
//
// Settings are plain data. SettingsBoard publishes them to several threads: a worker keeps a copy
// and looks at one atomic number a request to learn that it is out of date.

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/time.hpp"

namespace weir::backend {

struct Settings {
  Duration latency{};  // every answer waits this long,
  Duration jitter{};   // give or take up to this, uniformly
  Ratio fail_rate;     // answered with fail_status
  std::uint16_t fail_status = 500;
  Ratio reset_rate;          // reset (RST) in the middle of the answer
  Ratio close_early_rate;    // ended (FIN) in the middle of the answer
  bool hang = false;         // requests are read and never answered
  bool healthy = true;       // /healthz says 200, otherwise 503
  bool hang_health = false;  // /healthz never answers

  friend bool operator==(const Settings&, const Settings&) = default;
};

// Sets one key of /control; nullopt when it is set, otherwise what is wrong and what to write.
std::optional<std::string> set(Settings& settings, std::string_view key, std::string_view value);

// Sets all keys of a query string, or none of them when one is wrong.
std::optional<std::string> set_all(Settings& settings, std::string_view query);

std::string to_json(const Settings& settings);
std::string describe_keys();  // one line a key: "  latency=50ms      every answer waits ..."

class SettingsBoard {
 public:
  explicit SettingsBoard(const Settings& settings) : settings_(settings) {}

  // Changes with every change of the settings; starts at 1.
  std::uint64_t version() const noexcept { return version_.load(std::memory_order_acquire); }

  Settings read() const {
    const std::lock_guard lock(mutex_);
    return settings_;
  }

  // As set_all(); returns the problem, and the settings that hold afterwards.
  std::pair<std::optional<std::string>, Settings> change(std::string_view query) {
    const std::lock_guard lock(mutex_);
    std::optional<std::string> problem = set_all(settings_, query);
    version_.fetch_add(1, std::memory_order_release);
    return {std::move(problem), settings_};
  }

 private:
  mutable std::mutex mutex_;
  Settings settings_;  // under mutex_
  std::atomic<std::uint64_t> version_ = 1;
};

}  // namespace weir::backend
