#include "backend/route.hpp"

#include <catch2/catch.hpp>

namespace weir::backend {
namespace {

TEST_CASE("a path leads to its page", "[backend]") {
  CHECK(find_route(Method::get, "/").page == Page::hello);
  CHECK(find_route(Method::get, "/?x=1").page == Page::hello);
  CHECK(find_route(Method::get, "http://host:1/healthz").page == Page::health);
  CHECK(find_route(Method::get, "http://host").page == Page::hello);
  CHECK(find_route(Method::post, "/echo").page == Page::echo);
  CHECK(find_route(Method::get, "/stats").page == Page::stats);
  CHECK(find_route(Method::put, "/control?hang=1").query == "hang=1");
  for (const char* other : {"/x", "/bytes", "/status", "/echo/", "//", "*", "host:443"}) {
    CHECK(find_route(Method::get, other).page == Page::not_found);
  }
}

TEST_CASE("numbers in paths are read and bounded", "[backend]") {
  const Route bytes = find_route(Method::get, "/bytes/17179869184?chunked=1");
  CHECK(bytes.page == Page::bytes);
  CHECK(bytes.number == kBytesMax);
  CHECK(bytes.chunked);
  CHECK_FALSE(find_route(Method::get, "/bytes/1?chunked=0").chunked);
  CHECK(find_route(Method::get, "/status/299").number == 299);
  CHECK(find_route(Method::get, "/slow?ms=20").number == 20);
  for (const char* bad : {"/bytes/", "/bytes/x", "/bytes/17179869185", "/bytes/1/2", "/status/199",
                          "/status/600", "/slow", "/slow?ms=", "/slow?ms=3600001"}) {
    INFO(bad);
    const Route route = find_route(Method::get, bad);
    CHECK(route.page == Page::bad_number);
    CHECK_FALSE(route.takes.empty());
  }
}

TEST_CASE("a method that a path does not take is told which it takes", "[backend]") {
  CHECK(find_route(Method::post, "/").page == Page::hello);
  const Route route = find_route(Method::del, "/control");
  CHECK(route.page == Page::method_not_allowed);
  CHECK(route.allow == "GET, HEAD, POST, PUT");
  CHECK(find_route(Method::other, "/").page == Page::method_not_allowed);
  CHECK(find_route(Method::get, "/echo").allow == "POST, PUT, PATCH");
  CHECK(find_route(Method::post, "/bytes/1").allow == "GET, HEAD");
}

}  // namespace
}  // namespace weir::backend
