#include "real/translate.hpp"

#include <cerrno>

#include <catch2/catch.hpp>
#include <netinet/in.h>

using namespace weir;
using io::IoStatus;
using real::to_endpoint;
using real::to_error_code;
using real::to_socket_address;
using real::to_status;

TEST_CASE("an address survives the way to the kernel's form and back") {
  for (const char* host : {"127.0.0.1", "0.0.0.0", "255.254.253.1", "::1", "::", "2001:db8::a:b"}) {
    const Endpoint endpoint = *parse_endpoint(host, 0x1234);
    CHECK(to_endpoint(to_socket_address(endpoint)) == endpoint);
  }
}

TEST_CASE("the kernel's form has the family's size and the port in network order") {
  const auto v4 = to_socket_address(*parse_endpoint("127.0.0.1", 80));
  CHECK(v4.storage.ss_family == AF_INET);
  CHECK(v4.length == sizeof(sockaddr_in));
  CHECK(reinterpret_cast<const sockaddr_in&>(v4.storage).sin_port == htons(80));
  const auto v6 = to_socket_address(*parse_endpoint("::1", 80));
  CHECK(v6.storage.ss_family == AF_INET6);
  CHECK(v6.length == sizeof(sockaddr_in6));
}

TEST_CASE("each errno that a caller can act on has a code of its own") {
  CHECK(to_error_code(ECONNREFUSED) == ErrorCode::refused);
  CHECK(to_error_code(ETIMEDOUT) == ErrorCode::timed_out);
  CHECK(to_error_code(EADDRINUSE) == ErrorCode::address_in_use);
  CHECK(to_error_code(EADDRNOTAVAIL) == ErrorCode::address_not_ours);
  for (const int number : {EHOSTUNREACH, ENETUNREACH, ENETDOWN, EAFNOSUPPORT}) {
    CHECK(to_error_code(number) == ErrorCode::unreachable);
  }
  for (const int number : {ECONNRESET, ECONNABORTED, EPIPE, ENOTCONN}) {
    CHECK(to_error_code(number) == ErrorCode::reset);
  }
  for (const int number : {EACCES, EPERM}) {
    CHECK(to_error_code(number) == ErrorCode::permission_denied);
  }
  for (const int number : {EMFILE, ENFILE}) {
    CHECK(to_error_code(number) == ErrorCode::no_descriptors);
  }
  for (const int number : {ENOBUFS, ENOMEM}) CHECK(to_error_code(number) == ErrorCode::no_memory);
  CHECK(to_error_code(EINVAL) == ErrorCode::other);
}

TEST_CASE("an operation that failed blocks, is reset, has timed out or has failed") {
  CHECK(to_status(EAGAIN) == IoStatus::would_block);
  CHECK(to_status(ECONNRESET) == IoStatus::reset);
  CHECK(to_status(EPIPE) == IoStatus::reset);
  CHECK(to_status(ETIMEDOUT) == IoStatus::timed_out);
  CHECK(to_status(EHOSTUNREACH) == IoStatus::failed);
}
