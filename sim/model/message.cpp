#include "sim/model/message.hpp"

namespace weir::sim::model {
namespace {

constexpr std::uint32_t kMagic = 0x52494557;  // "WEIR"

// Little-endian, so that the bytes are the same on every machine.
template <class T>
std::byte* put(std::byte* at, T value) noexcept {
  for (std::size_t i = 0; i < sizeof(T); ++i) *at++ = static_cast<std::byte>(value >> (8 * i));
  return at;
}

template <class T>
const std::byte* get(const std::byte* at, T& value) noexcept {
  value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value |= static_cast<T>(*at++) << (8 * i);
  return at;
}

}  // namespace

const char* to_string(Protocol protocol) noexcept {
  switch (protocol) {
    case Protocol::echo: return "echo";
    case Protocol::answer: return "answer";
    case Protocol::sink: return "sink";
    case Protocol::source: return "source";
  }
  return "unknown";
}

HeaderBytes encode(const Header& header) noexcept {
  HeaderBytes bytes{};
  std::byte* at = put(bytes.data(), kMagic);
  at = put(at, header.request);
  at = put(at, header.connection);
  at = put(at, header.body_bytes);
  put(at, header.answer_bytes);
  return bytes;
}

std::optional<Header> decode(const HeaderBytes& bytes) noexcept {
  Header header;
  std::uint32_t magic = 0;
  const std::byte* at = get(bytes.data(), magic);
  at = get(at, header.request);
  at = get(at, header.connection);
  at = get(at, header.body_bytes);
  get(at, header.answer_bytes);
  if (magic != kMagic) return std::nullopt;
  return header;
}

}  // namespace weir::sim::model
