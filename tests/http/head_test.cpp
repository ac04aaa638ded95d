#include "http/head.hpp"

#include <catch2/catch.hpp>

using namespace weir::http;

TEST_CASE("safe methods are idempotent, and so are PUT and DELETE") {
  struct Row {
    Method method;
    bool safe, idempotent;
  };
  const Row rows[] = {
      {Method::get, true, true},     {Method::head, true, true},    {Method::options, true, true},
      {Method::trace, true, true},   {Method::put, false, true},    {Method::delete_, false, true},
      {Method::post, false, false},  {Method::patch, false, false}, {Method::connect, false, false},
      {Method::other, false, false},
  };
  for (const Row& row : rows) {
    INFO(to_string(row.method));
    CHECK(is_safe(row.method) == row.safe);
    CHECK(is_idempotent(row.method) == row.idempotent);
  }
}

TEST_CASE("a body is empty when nothing follows the head") {
  CHECK(Body{}.empty());
  CHECK(Body{Body::Kind::length, 0}.empty());
  CHECK_FALSE(Body{Body::Kind::length, 1}.empty());
  CHECK_FALSE(Body{Body::Kind::chunked}.empty());
  CHECK_FALSE(Body{Body::Kind::until_close}.empty());
}

TEST_CASE("an interim answer is followed by another, a switch of protocols is not") {
  ResponseHead head;
  for (const int status : {100, 102, 103, 199}) {
    head.status = static_cast<std::uint16_t>(status);
    CHECK(head.interim());
  }
  for (const int status : {101, 200, 204, 304, 500}) {
    head.status = static_cast<std::uint16_t>(status);
    CHECK_FALSE(head.interim());
  }
}
