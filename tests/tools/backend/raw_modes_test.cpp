#include "backend/raw_modes.hpp"

#include <catch2/catch.hpp>

#include "backend/pattern.hpp"
#include "fixture.hpp"

namespace weir::backend {
namespace {

using test::Backend;
using test::Client;

SiteOptions in_mode(Mode mode) {
  SiteOptions options = test::red();
  options.mode = mode;
  return options;
}

TEST_CASE("echo sends every byte back and carries the end", "[backend]") {
  Backend backend(in_mode(Mode::echo));
  Client client(backend, 1000);
  std::string all;
  for (int i = 0; i < 50; ++i)
    all += client.exchange(std::string(900, static_cast<char>('a' + i % 26)));
  CHECK(all.size() == 45'000);
  CHECK(all.substr(900, 900) == std::string(900, 'b'));
  client.send("last");
  client.end();
  CHECK(client.receive() == "last");
  CHECK(client.status() == io::IoStatus::end);
  CHECK(client.ended());
}

TEST_CASE("echo holds back a client that does not read, then ends with it", "[backend]") {
  Backend backend(in_mode(Mode::echo));
  Client client(backend, 1000);
  client.send(std::string(1000, 'a'));
  client.send(std::string(1000, 'b'));
  client.end();
  CHECK_FALSE(client.ended());
  CHECK(client.receive() == std::string(1000, 'a') + std::string(1000, 'b'));
  CHECK(client.ended());
}

TEST_CASE("sink reads everything and answers nothing", "[backend]") {
  Backend backend(in_mode(Mode::sink));
  Client client(backend, 1000);
  for (int i = 0; i < 100; ++i) CHECK(client.exchange(std::string(1000, 'x')).empty());
  client.end();
  CHECK(client.ended());
  CHECK(client.receive().empty());
  CHECK(client.status() == io::IoStatus::end);
}

TEST_CASE("source sends its bytes and ends", "[backend]") {
  SiteOptions options = in_mode(Mode::source);
  options.source_bytes = 200'001;
  Backend backend(options);
  Client client(backend, 5000);
  const std::string all = client.receive();
  CHECK(all.size() == 200'001);
  CHECK(all.back() == static_cast<char>(pattern_byte(200'000)));
  CHECK(client.status() == io::IoStatus::end);
  client.end();
  CHECK(client.ended());
}

TEST_CASE("a connection that could go on for ever gives others a turn", "[backend]") {
  for (const Mode mode : {Mode::echo, Mode::sink, Mode::source}) {
    Backend backend(in_mode(mode));
    constexpr std::size_t kCapacity = 16 << 20;
    Client busy(backend, kCapacity);
    const std::string much(kCapacity, 'x');
    const ConstBytes piece = as_bytes(much);
    busy.stream().try_write(std::span(&piece, 1));
    backend.driver.settle();
    const std::uint64_t moved = backend.worker.counters.read(Count::bytes_in) +
                                backend.worker.counters.read(Count::bytes_out);
    CHECK((moved > 0 && moved < 5 << 20));
    backend.driver.advance(std::chrono::microseconds(1));
    const std::uint64_t later = backend.worker.counters.read(Count::bytes_in) +
                                backend.worker.counters.read(Count::bytes_out);
    CHECK(later >= kCapacity);
  }
}

TEST_CASE("raw modes end with a client that resets", "[backend]") {
  for (const Mode mode : {Mode::echo, Mode::sink, Mode::source}) {
    Backend backend(in_mode(mode));
    Client client(backend, 1000);
    client.send("some");
    client.stream().abort();
    backend.settle();
    CHECK(client.ended());
  }
}

}  // namespace
}  // namespace weir::backend
