#include "sim/model/payload.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include <fmt/format.h>

#include "base/random.hpp"

namespace weir::sim::model {
namespace {

constexpr std::size_t kWordBytes = 8;
static_assert(std::endian::native == std::endian::little, "words are stored as they are made");

// The word at `index` of the row that begins at `key`. All rows are the same row, of 2^64 words,
// entered at places that mix() scatters; one-to-one, so that no word comes twice.
std::uint64_t word(std::uint64_t key, std::uint64_t index) noexcept {
  const std::uint64_t value = (key + index) * 0x9E3779B97F4A7C15ULL;
  return value ^ (value >> 32);
}

// Where the whole words begin: the first multiple of a word at or after `offset`.
std::size_t bytes_before_words(std::uint64_t offset, std::size_t size) noexcept {
  return std::min(static_cast<std::size_t>((0 - offset) % kWordBytes), size);
}

void fill_within_word(MutableBytes into, std::uint64_t key, std::uint64_t offset) noexcept {
  const std::uint64_t value = word(key, offset / kWordBytes);
  const auto* bytes = reinterpret_cast<const std::byte*>(&value) + offset % kWordBytes;
  std::memcpy(into.data(), bytes, into.size());
}

bool same_within_word(ConstBytes got, std::uint64_t key, std::uint64_t offset) noexcept {
  const std::uint64_t value = word(key, offset / kWordBytes);
  const auto* bytes = reinterpret_cast<const std::byte*>(&value) + offset % kWordBytes;
  return std::memcmp(got.data(), bytes, got.size()) == 0;
}

}  // namespace

const char* to_string(Way way) noexcept { return way == Way::up ? "up" : "down"; }

Payload::Payload(std::uint64_t connection, std::uint32_t request, Way way) noexcept
    : key_(mix(connection, std::uint64_t{request} * 2 + (way == Way::up ? 0 : 1))) {}

void Payload::fill(MutableBytes into, std::uint64_t offset) const noexcept {
  const std::size_t head = bytes_before_words(offset, into.size());
  if (head > 0) fill_within_word(into.first(head), key_, offset);
  const std::size_t words = (into.size() - head) / kWordBytes;
  const std::uint64_t first = (offset + head) / kWordBytes;
  std::byte* at = into.data() + head;
  for (std::size_t i = 0; i < words; ++i) {
    const std::uint64_t value = word(key_, first + i);
    std::memcpy(at + i * kWordBytes, &value, kWordBytes);
  }
  const std::size_t done = head + words * kWordBytes;
  if (done < into.size()) fill_within_word(into.subspan(done), key_, offset + done);
}

bool Payload::is_same(ConstBytes got, std::uint64_t offset) const noexcept {
  const std::size_t head = bytes_before_words(offset, got.size());
  if (head > 0 && !same_within_word(got.first(head), key_, offset)) return false;
  const std::size_t words = (got.size() - head) / kWordBytes;
  const std::uint64_t first = (offset + head) / kWordBytes;
  const std::byte* at = got.data() + head;
  std::uint64_t differences = 0;
  for (std::size_t i = 0; i < words; ++i) {
    std::uint64_t value = 0;
    std::memcpy(&value, at + i * kWordBytes, kWordBytes);
    differences |= value ^ word(key_, first + i);
  }
  const std::size_t done = head + words * kWordBytes;
  if (differences != 0) return false;
  return done == got.size() || same_within_word(got.subspan(done), key_, offset + done);
}

std::optional<std::size_t> Payload::first_difference(ConstBytes got,
                                                     std::uint64_t offset) const noexcept {
  if (is_same(got, offset)) return std::nullopt;
  std::size_t at = 0;
  while (is_same(got.subspan(at, 1), offset + at)) ++at;
  return at;
}

std::optional<std::uint64_t> Payload::find(ConstBytes sample, std::uint64_t near) const noexcept {
  constexpr std::uint64_t kReach = 1 << 20;
  const std::uint64_t first = near > kReach ? near - kReach : 0;
  for (std::uint64_t offset = first; offset < near + kReach; ++offset) {
    if (is_same(sample, offset)) return offset;
  }
  return std::nullopt;
}

std::string Payload::explain(ConstBytes got, std::uint64_t offset) const {
  constexpr std::size_t kSampleBytes = 12;  // chance meets a sample once in 2^96 offsets
  const std::size_t at = first_difference(got, offset).value_or(0);
  const std::uint64_t expected = offset + at;
  std::string text = fmt::format("wrong from byte {} on", expected);
  const ConstBytes sample = got.subspan(at, std::min(kSampleBytes, got.size() - at));
  if (sample.size() < kSampleBytes) return text;
  const std::optional<std::uint64_t> actual = find(sample, expected);
  if (!actual) return text + ": these bytes are none of this message within 1 MiB";
  text += fmt::format(": these are the bytes of offset {}, so {} bytes ", *actual,
                      *actual > expected ? *actual - expected : expected - *actual);
  return text + (*actual > expected ? "are missing" : "came twice");
}

void Checksum::add(ConstBytes bytes) noexcept {
  for (const std::byte byte : bytes) {
    first_ += static_cast<std::uint64_t>(byte);
    second_ += first_;
  }
}

Checksum checksum_of(const Payload& payload, std::uint64_t bytes, MutableBytes scratch) noexcept {
  Checksum checksum;
  for (std::uint64_t done = 0; done < bytes;) {
    const MutableBytes part = scratch.first(std::min<std::uint64_t>(bytes - done, scratch.size()));
    payload.fill(part, done);
    checksum.add(part);
    done += part.size();
  }
  return checksum;
}

}  // namespace weir::sim::model
