#include "config/forms.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "http/chars.hpp"
#include "http/target.hpp"

namespace weir::config {
namespace {

constexpr std::size_t kNameMax = 63;
constexpr std::size_t kTextMax = 1024;
constexpr std::string_view kNameChars =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

// A string that is taken as it is, or not at all.
Form<std::string> plain(const std::string& type, const std::string& range,
                        bool (*valid)(const std::string&)) {
  return {
      type, range,
      [valid](const std::string& text) { return valid(text) ? std::optional(text) : std::nullopt; },
      [](const std::string& text) { return text; }};
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), http::lower);
  return text;
}

bool fits(const std::string& text) { return !text.empty() && text.size() <= kTextMax; }

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= kNameMax &&
         text.find_first_not_of(kNameChars) == std::string::npos;
}

bool is_host(const std::string& text) { return fits(text) && http::is_authority(text); }

// A host without a port, in which labels are not empty.
bool is_host_alone(const std::string& text) {
  if (!is_host(text)) return false;
  if (text.starts_with('[')) return text.ends_with(']');
  return text.find(':') == std::string::npos && !text.starts_with('.') && !text.ends_with('.') &&
         text.find("..") == std::string::npos;
}

bool is_host_pattern(const std::string& text) {
  return is_host_alone(text.starts_with("*.") ? text.substr(2) : text);
}

bool is_target(const std::string& text) {
  return fits(text) && text.starts_with('/') && http::all_are(http::kTargetChar, text);
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

std::optional<control::StatusRange> parse_status_range(const std::string& text) {
  const std::size_t dash = text.find('-');
  const auto first = parse_number(std::string_view(text).substr(0, dash));
  const auto last =
      dash == std::string::npos ? first : parse_number(std::string_view(text).substr(dash + 1));
  if (!first || !last || *first < 200 || *last > 599 || *last < *first) return std::nullopt;
  return control::StatusRange{static_cast<std::uint16_t>(*first),
                              static_cast<std::uint16_t>(*last)};
}

std::optional<proxy::HashKey> parse_hash_key(const std::string& text) {
  using Kind = proxy::HashKey::Kind;
  if (text == "client_ip") return proxy::HashKey{Kind::client_ip};
  if (text == "path") return proxy::HashKey{Kind::path};
  const std::size_t space = text.find(' ');
  if (space == std::string::npos) return std::nullopt;
  const std::string name = text.substr(space + 1);
  if (!fits(name) || !http::is_token(name)) return std::nullopt;
  if (text.starts_with("header ")) return proxy::HashKey{Kind::header, lower(name)};
  if (text.starts_with("cookie ")) return proxy::HashKey{Kind::cookie, name};
  return std::nullopt;
}

}  // namespace

Form<std::string> name_form() {
  return plain("name", "1 to 63 letters, digits, \"-\", \"_\" and \".\"", is_name);
}

Form<std::string> backend_name_form() {
  return plain("name", "1 to 63 letters, digits, \"-\", \"_\", \".\", \":\", \"[\" and \"]\"",
               [](const std::string& text) {
                 std::string name = text;
                 std::ranges::replace_if(
                     name, [](char c) { return c == ':' || c == '[' || c == ']'; }, '-');
                 return is_name(name);
               });
}

Form<std::string> host_form() {
  return plain("host", "a host such as \"app.internal\" or \"app.internal:8080\"", is_host);
}

Form<std::string> host_pattern_form() {
  return {"host pattern", "a host such as \"example.org\", or \"*.example.org\" for all below it",
          [](const std::string& text) {
            return is_host_pattern(text) ? std::optional(lower(text)) : std::nullopt;
          },
          [](const std::string& text) { return text; }};
}

Form<std::string> path_form() {
  return plain("path", "a path such as \"/api\": from \"/\", without a query",
               [](const std::string& text) {
                 return is_target(text) && text.find('?') == std::string::npos;
               });
}

Form<std::string> target_form() {
  return plain("path", "a path such as \"/health?full\": from \"/\"", is_target);
}

Form<std::string> method_form() {
  return plain("method", "a method such as \"GET\", in capitals", [](const std::string& text) {
    return fits(text) && http::is_token(text) &&
           std::ranges::none_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
  });
}

Form<std::string> field_name_form() {
  return plain("header name", "the name of a header, such as \"X-Version\"",
               [](const std::string& text) { return fits(text) && http::is_token(text); });
}

Form<std::string> field_value_form() {
  return plain("string", "a value of a header, without control characters or space around it",
               [](const std::string& text) {
                 return text.size() <= kTextMax && http::is_field_value(text) &&
                        http::trimmed(text).size() == text.size();
               });
}

Form<std::string> pseudonym_form() {
  return plain("string", "a word such as \"weir\", or \"\" for none", [](const std::string& text) {
    return text.empty() || (text.size() <= kNameMax && http::is_token(text));
  });
}

Form<std::string> log_form() {
  return plain(
      "string", "a file name, \"-\" for standard error, or \"none\"",
      [](const std::string& text) { return fits(text) && text.find('\0') == std::string::npos; });
}

Form<std::string> body_text_form() { return plain("string", "1 to 1024 bytes", fits); }

Form<HostPort> address_form(std::uint16_t port_min) {
  return {"address",
          fmt::format("HOST:PORT, such as \"127.0.0.1:8080\" or \"[::1]:8080\", with a port from "
                      "{} to 65535",
                      port_min),
          [port_min](const std::string& text) {
            std::optional<HostPort> parsed = parse_host_port(text);
            if (parsed && parsed->port < port_min) parsed.reset();
            return parsed;
          },
          [](const HostPort& value) { return value.host.empty() ? "" : to_string(value); }};
}

Form<Ratio> percent_form(std::uint64_t min, std::uint64_t max) {
  return {"percentage", fmt::format("\"{}%\" to \"{}%\"", min, max),
          [min, max](const std::string& text) -> std::optional<Ratio> {
            if (!text.ends_with('%')) return std::nullopt;
            const auto value = parse_number(std::string_view(text).substr(0, text.size() - 1));
            if (!value || *value < min || *value > max) return std::nullopt;
            return Ratio{*value, 100};
          },
          [](const Ratio& value) { return fmt::format("{}%", value.of_these * 100 / value.of); }};
}

Form<control::StatusRange> status_range_form() {
  return {"status range", "\"200-299\" or \"204\": statuses from 200 to 599", parse_status_range,
          [](const control::StatusRange& value) {
            return fmt::format("{}-{}", value.first, value.last);
          }};
}

Form<proxy::HashKey> hash_key_form() {
  return {"hash key", "\"client_ip\", \"path\", \"header NAME\" or \"cookie NAME\"", parse_hash_key,
          [](const proxy::HashKey& key) -> std::string {
            using Kind = proxy::HashKey::Kind;
            if (key.kind == Kind::header) return "header " + key.name;
            if (key.kind == Kind::cookie) return "cookie " + key.name;
            return key.kind == Kind::path ? "path" : "client_ip";
          }};
}

}  // namespace weir::config
