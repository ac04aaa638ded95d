#include "base/endpoint.hpp"

#include <vector>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

using namespace weir;

namespace {

Endpoint literal(const std::string& host, std::uint16_t port) {
  const std::optional<Endpoint> endpoint = parse_endpoint(host, port);
  REQUIRE(endpoint);
  return *endpoint;
}

}  // namespace

TEST_CASE("a host and port is a name, an IPv4 literal or an IPv6 literal in brackets") {
  CHECK(parse_host_port("backend.local:80") == HostPort{"backend.local", 80});
  CHECK(parse_host_port("10.0.0.1:8080") == HostPort{"10.0.0.1", 8080});
  CHECK(parse_host_port("[::1]:443") == HostPort{"::1", 443});
  CHECK(parse_host_port("[::]:1") == HostPort{"::", 1});
  CHECK(parse_host_port("[2001:db8::7]:65535") == HostPort{"2001:db8::7", 65535});
  CHECK(parse_host_port("localhost:0") == HostPort{"localhost", 0});
  CHECK(parse_host_port("a:1") == HostPort{"a", 1});
  CHECK(parse_host_port("10.0.0.1x:1") == HostPort{"10.0.0.1x", 1});
  CHECK(parse_host_port("7.a:1") == HostPort{"7.a", 1});
}

TEST_CASE("what is not a host and port is refused") {
  const char* text =
      GENERATE("", ":", "80", "host", ":80", "host:", "host:x", "host:8x", "host:65536",
               "host:99999999999999999999", "host:-1", "host:+1", "host: 80", "host:80 ",
               "host:0x50", "::1:80", "::1", "[::1]", "[::1]80", "[::1]:", "[]:80", "[:80", "]:80",
               "[::1:80", "::1]:80", "[[::1]]:80", "[::1]]:80", "[::1] :80", "a:b:80", "[:80",
               "two words:80", "line\n:80", "na[me]:80", "10.0.0.300:80", "10.0.0:80",
               "1.2.3.4.5:80", "7:80", "010.0.0.1:80", "app.1:80");
  CAPTURE(text);
  CHECK_FALSE(parse_host_port(text));
}

TEST_CASE("brackets hold an IPv6 literal and nothing else") {
  const char* text = GENERATE("[name]:80", "[10.0.0.1]:80", "[::zz]:80", "[1::2::3]:80",
                              "[fe80::1%eth0]:80", "[:::]:80");
  CAPTURE(text);
  CHECK_FALSE(parse_host_port(text));
}

TEST_CASE("an IPv4 literal is four bytes in network order") {
  const Endpoint endpoint = literal("10.0.2.255", 80);
  CHECK_FALSE(endpoint.is_v6);
  CHECK(endpoint.port == 80);
  CHECK(endpoint.address == std::array<std::uint8_t, 16>{10, 0, 2, 255});
  CHECK(to_string(endpoint) == "10.0.2.255:80");
}

TEST_CASE("an IPv6 literal is sixteen bytes in network order") {
  const Endpoint endpoint = literal("2001:db8::1", 443);
  CHECK(endpoint.is_v6);
  CHECK(endpoint.address ==
        std::array<std::uint8_t, 16>{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
}

TEST_CASE("an endpoint is no name and no malformed literal") {
  const char* host = GENERATE("", "localhost", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4",
                              "1.2.3.4 ", " 1.2.3.4", "[::1]", "::1::", "12345::", "::g",
                              "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1%lo");
  CAPTURE(host);
  CHECK_FALSE(parse_endpoint(host, 80));
}

TEST_CASE("a literal that goes on after a null byte is no literal") {
  CHECK_FALSE(parse_endpoint(std::string("1.2.3.4\0.evil", 13), 80));
  CHECK_FALSE(parse_endpoint(std::string("::1\0", 4), 80));
}

TEST_CASE("IPv6 is written as RFC 5952 says") {
  CHECK(to_string(literal("::", 1)) == "[::]:1");
  CHECK(to_string(literal("0:0:0:0:0:0:0:1", 1)) == "[::1]:1");
  CHECK(to_string(literal("2001:DB8::ABCD", 1)) == "[2001:db8::abcd]:1");    // lower case
  CHECK(to_string(literal("2001:0db8::0001", 1)) == "[2001:db8::1]:1");      // no leading zeros
  CHECK(to_string(literal("1:0:0:2:0:0:0:3", 1)) == "[1:0:0:2::3]:1");       // the longest run
  CHECK(to_string(literal("1:0:0:2:3:0:0:4", 1)) == "[1::2:3:0:0:4]:1");     // the first of two
  CHECK(to_string(literal("1:2:3:4:5:0:7:8", 1)) == "[1:2:3:4:5:0:7:8]:1");  // not a single zero
  CHECK(to_string(literal("::ffff:1.2.3.4", 1)) == "[::ffff:1.2.3.4]:1");    // mapped IPv4
}

TEST_CASE("a host and port is written as it is read") {
  const char* text = GENERATE("backend:80", "10.0.0.1:0", "[::1]:65535", "[2001:db8::1]:8080");
  CHECK(to_string(*parse_host_port(text)) == text);
}

TEST_CASE("endpoints are equal when address, family and port are") {
  CHECK(literal("1.2.3.4", 80) == literal("1.2.3.4", 80));
  CHECK(literal("1.2.3.4", 80) != literal("1.2.3.4", 81));
  CHECK(literal("1.2.3.4", 80) != literal("1.2.3.5", 80));
  CHECK(literal("0.0.0.0", 80) != literal("::", 80));
  CHECK(literal("1.2.3.4", 80) < literal("1.2.3.5", 1));
}

TEST_CASE("any endpoint survives being written and read") {
  rc::prop("of both families", [](bool is_v6, std::uint16_t port) {
    Endpoint endpoint{.port = port, .is_v6 = is_v6};
    const std::size_t size = is_v6 ? 16 : 4;
    const auto sparse = rc::gen::weightedElement<std::uint8_t>({{5, 0}, {1, 1}, {1, 255}, {1, 18}});
    const auto bytes = *rc::gen::container<std::vector<std::uint8_t>>(size, sparse);
    std::copy(bytes.begin(), bytes.end(), endpoint.address.begin());
    const std::optional<HostPort> read = parse_host_port(to_string(endpoint));
    RC_ASSERT(read);
    RC_ASSERT(parse_endpoint(read->host, read->port) == endpoint);
  });
}

TEST_CASE("any text is read as a host and port that writes back, or refused") {
  rc::prop("of a few awkward letters", [] {
    const auto letters = rc::gen::element(':', '[', ']', '1', '9', '.', 'a', ' ', '\0');
    const auto text = *rc::gen::container<std::string>(letters);
    const std::optional<HostPort> read = parse_host_port(text);
    if (read) RC_ASSERT(parse_host_port(to_string(*read)) == read);
  });
}
