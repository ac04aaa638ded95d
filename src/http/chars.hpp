#pragma once
// Classes of bytes, as RFC 9110 and 9112 name them, in one table.
//
//   is(kTokenChar, c)        all_are(kHostChar, text)
//
// Bytes are compared as unsigned; there is no locale.

#include <array>
#include <cstdint>
#include <string_view>

namespace weir::http {

enum CharClass : std::uint8_t {
  kTokenChar = 1,  // RFC 9110, 5.6.2
  kDigit = 2,
  kHexDigit = 4,
  kHostChar = 8,     // of a reg-name or IPv4 address, of which we take no %, no sub-delims
  kTargetChar = 16,  // visible ASCII but '#', which never reaches a server
  kValueChar = 32,   // of a field value or reason phrase: visible, obs-text, SP, HTAB
};

inline constexpr std::array<std::uint8_t, 256> kCharClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  const auto add = [&](std::string_view chars, unsigned flags) {
    for (const char c : chars) {
      auto& entry = classes[static_cast<unsigned char>(c)];
      entry = static_cast<std::uint8_t>(entry | flags);
    }
  };
  for (int c = 0x21; c < 0x100; ++c) {
    if (c == 0x7f) continue;
    classes[static_cast<std::size_t>(c)] = kValueChar;
    if (c < 0x7f && c != '#') classes[static_cast<std::size_t>(c)] |= kTargetChar;
  }
  add(" \t", kValueChar);
  add("0123456789", kTokenChar | kDigit | kHexDigit | kHostChar);
  add("abcdefABCDEF", kHexDigit);
  add("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", kTokenChar | kHostChar);
  add("!#$%&'*+-.^_`|~", kTokenChar);
  add("-._~", kHostChar);
  return classes;
}();

constexpr bool is(CharClass wanted, char c) noexcept {
  return (kCharClasses[static_cast<unsigned char>(c)] & wanted) != 0;
}

constexpr bool all_are(CharClass wanted, std::string_view text) noexcept {
  for (const char c : text) {
    if (!is(wanted, c)) return false;
  }
  return true;
}

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Without the SP and HTAB around it (OWS, RFC 9110, 5.6.3).
constexpr std::string_view trimmed(std::string_view text) noexcept {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace weir::http
