#include "backend/settings.hpp"

#include <array>

#include <fmt/format.h>

#include "backend/text.hpp"
#include "config/units.hpp"

namespace weir::backend {
namespace {

template <class T>
bool assign(T& field, const std::optional<T>& value) {
  if (value) field = *value;
  return value.has_value();
}

std::string json(Duration value) { return '"' + config::to_string(value) + '"'; }
std::string json(Ratio value) { return fmt::format("\"{}/{}\"", value.of_these, value.of); }
std::string json(bool value) { return value ? "true" : "false"; }

bool set_fail_status(Settings& settings, std::string_view text) {
  const std::optional<std::uint64_t> status = parse_count(text, 599);
  if (!status || *status < 400) return false;
  settings.fail_status = static_cast<std::uint16_t>(*status);
  return true;
}

// One row of the language of /control: the only place that knows the keys.
struct Key {
  std::string_view name;
  std::string_view example;
  std::string_view takes;
  std::string_view meaning;
  bool (*set)(Settings&, std::string_view);
  std::string (*show)(const Settings&);
};

constexpr std::string_view kTakesDuration = "a duration up to 1h, such as 50ms, 2s or 0";
constexpr std::string_view kTakesRatio = "a ratio, such as 1/20, 0 or 1";
constexpr std::string_view kTakesSwitch = "1 or 0";

constexpr std::array kKeys = {
    Key{"latency", "50ms", kTakesDuration, "every answer waits this long",
        [](Settings& s, std::string_view v) { return assign(s.latency, parse_duration(v)); },
        [](const Settings& s) { return json(s.latency); }},
    Key{"jitter", "10ms", kTakesDuration, "give or take up to this, uniformly",
        [](Settings& s, std::string_view v) { return assign(s.jitter, parse_duration(v)); },
        [](const Settings& s) { return json(s.jitter); }},
    Key{"fail-rate", "1/20", kTakesRatio, "this share of answers is fail-status",
        [](Settings& s, std::string_view v) { return assign(s.fail_rate, parse_ratio(v)); },
        [](const Settings& s) { return json(s.fail_rate); }},
    Key{"fail-status", "500", "a status from 400 to 599", "what a failure is answered with",
        set_fail_status, [](const Settings& s) { return fmt::format("{}", s.fail_status); }},
    Key{"reset-rate", "1/100", kTakesRatio, "this share is reset (RST) in mid-answer",
        [](Settings& s, std::string_view v) { return assign(s.reset_rate, parse_ratio(v)); },
        [](const Settings& s) { return json(s.reset_rate); }},
    Key{"close-early", "1/100", kTakesRatio, "this share ends (FIN) in mid-answer",
        [](Settings& s, std::string_view v) { return assign(s.close_early_rate, parse_ratio(v)); },
        [](const Settings& s) { return json(s.close_early_rate); }},
    Key{"hang", "1", kTakesSwitch, "requests are read and never answered",
        [](Settings& s, std::string_view v) { return assign(s.hang, parse_switch(v)); },
        [](const Settings& s) { return json(s.hang); }},
    Key{"healthy", "0", kTakesSwitch, "0: /healthz answers 503",
        [](Settings& s, std::string_view v) { return assign(s.healthy, parse_switch(v)); },
        [](const Settings& s) { return json(s.healthy); }},
    Key{"hang-health", "1", kTakesSwitch, "/healthz never answers",
        [](Settings& s, std::string_view v) { return assign(s.hang_health, parse_switch(v)); },
        [](const Settings& s) { return json(s.hang_health); }},
};

std::string key_names() {
  std::string text;
  for (const Key& key : kKeys) {
    text += text.empty() ? "" : ", ";
    text += key.name;
  }
  return text;
}

}  // namespace

std::optional<std::string> set(Settings& settings, std::string_view key, std::string_view value) {
  constexpr std::size_t kShownMax = 64;  // of what a stranger wrote
  for (const Key& known : kKeys) {
    if (known.name != key) continue;
    if (known.set(settings, value)) return std::nullopt;
    return fmt::format("{}={}: write {}", key, value.substr(0, kShownMax), known.takes);
  }
  return fmt::format("no such key: {}; the keys are {}", key.substr(0, kShownMax), key_names());
}

std::optional<std::string> set_all(Settings& settings, std::string_view query) {
  Settings changed = settings;
  while (std::optional<Parameter> parameter = take_parameter(query)) {
    std::optional<std::string> problem = set(changed, parameter->key, parameter->value);
    if (problem) return problem;
  }
  settings = changed;
  return std::nullopt;
}

std::string to_json(const Settings& settings) {
  std::string text;
  for (const Key& key : kKeys) {
    text += fmt::format("{}\"{}\": {}", text.empty() ? "{" : ", ", key.name, key.show(settings));
  }
  return text + "}\n";
}

std::string describe_keys() {
  std::string text;
  for (const Key& key : kKeys) {
    text += fmt::format("  {:<20}{}\n", fmt::format("{}={}", key.name, key.example), key.meaning);
  }
  text.pop_back();
  return text;
}

}  // namespace weir::backend
