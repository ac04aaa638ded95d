#include "config/explain.hpp"

#include <catch2/catch.hpp>

#include "config/texts.hpp"

using namespace weir::config;

namespace {

std::string explained(const std::string& text, const std::string& request,
                      const std::vector<std::string>& headers = {},
                      const std::string& listener = "") {
  const Loaded loaded = load(text, "x.toml");
  REQUIRE(loaded.errors.empty());
  auto question = parse_question(request, headers);
  if (!question) return question.error();
  question->listener = listener;
  const auto answer = explain(loaded.config, *question);
  return answer ? *answer : answer.error();
}

const std::string kTwo = R"([[listener]]
name = "a"
address = "h:80"
[[listener]]
name = "b"
address = "h:81"
[[route]]
listeners = ["b"]
cluster = "c"
[[cluster]]
name = "c"
backend = [{ address = "x:1" }]
)";

}  // namespace

TEST_CASE("a request is explained from its listener to its backends, and what else it is not") {
  CHECK(explained(example("full.toml"), "GET http://api.example.org/v2/items?x=1") ==
        "request   GET http://api.example.org/v2/items?x=1\n"
        "listener  web on 0.0.0.0:8080: the only HTTP listener\n"
        "route     api: host api.example.org, *.api.example.org; path_prefix \"/v2\"\n"
        "host      api.internal\n"
        "cluster   api: ring_hash over cookie session\n"
        "backend   api-1 at 10.0.0.1:8000\n"
        "backend   api-2 at 10.0.0.2:8000, weight 3\n"
        "not       beta: there is no header X-Beta = \"1\"\n"
        "not       status: the path is not \"/status\"\n"
        "not       everything-else: matches too, but \"api\" has the more specific host\n");
}

TEST_CASE("what the proxy refuses meets no route") {
  CHECK(explained(example("full.toml"), "CONNECT http://a/") ==
        "request   CONNECT http://a/\n"
        "listener  web on 0.0.0.0:8080: the only HTTP listener\n"
        "route     none: the client gets a 501: CONNECT is not offered here\n");
  const auto ends = [](const std::string& request, const std::vector<std::string>& headers,
                       const std::string& end) {
    CHECK_THAT(explained(example("full.toml"), request, headers), Catch::EndsWith(end + "\n"));
  };
  ends("get http://a/", {}, "a 501: the method is not known");
  ends("POST http://a/", {"Content-Length: 1", "Transfer-Encoding: chunked"},
       "a 400: Content-Length can't be present with Transfer-Encoding");
  ends("GET http://a/", {"Host: b c"}, "a 400: the Host field is not valid");
  ends("GET http://a/" + std::string(5000, 'x'), {}, "a 414: the first line is too long");
}

TEST_CASE("headers of the request count") {
  const std::string text = explained(example("full.toml"), "GET http://a/v2",
                                     {"X-Beta: 1", "x-user:me", "Host: api.example.org"});
  CHECK_THAT(text, Catch::Contains("route     beta: host api.example.org; path_prefix \"/v2\"; "
                                   "method GET, HEAD; header X-Beta = \"1\"; header X-User\n"));
  CHECK_THAT(text, Catch::Contains("not       api: matches too, but \"beta\" has more "
                                   "conditions\n"));
}

TEST_CASE("every reason is told") {
  const std::string full = example("full.toml");
  CHECK_THAT(explained(full, "PUT http://api.example.org/v2"),
             Catch::Contains("not       beta: the method PUT is not one of GET, HEAD\n"));
  const std::string status = explained(full, "GET http://b.example:8080/status");
  CHECK_THAT(status, Catch::Contains("route     status: path \"/status\"\n"));
  CHECK_THAT(status, Catch::Contains("not       beta: the host \"b.example\" is not "
                                     "api.example.org\n"));
  CHECK_THAT(status, Catch::Contains("not       everything-else: matches too, but \"status\" has "
                                     "the more specific path\n"));
  CHECK_THAT(explained(full, "GET http://api.example.org"),
             Catch::Contains("not       api: the path is not \"/v2\" or below\n"));
  CHECK_THAT(explained(kTwo + "[[route]]\ncluster = \"c\"\n", "GET http://h:81/"),
             Catch::Contains("not       route-2: matches too, but \"route-1\" stands before it\n"));
  CHECK_THAT(explained(kTwo + "[[route]]\ncluster = \"c\"\n", "GET http://h/"),
             Catch::Contains("not       route-1: only for listener b\n"));
}

TEST_CASE("a request without a route gets a 404") {
  const std::string extra = "[[route]]\nlisteners = [\"a\"]\npath = \"/x\"\ncluster = \"c\"\n";
  CHECK(explained(kTwo + extra, "GET http://h/y") ==
        "request   GET http://h/y\n"
        "listener  a on h:80: port 80\n"
        "route     none: the client gets a 404\n"
        "not       route-1: only for listener b\n"
        "not       route-2: the path is not \"/x\"\n");
}

TEST_CASE("which listener is meant must be clear") {
  const std::string text = kTwo + "[[route]]\ncluster = \"c\"\n";
  CHECK(explained(text, "GET http://h:82/") ==
        "no HTTP listeners have port 82; write --listener with one of a, b");
  CHECK_THAT(explained(text, "GET http://h:82/", {}, "b"),
             Catch::Contains("listener  b on h:81: as asked\n"));
  CHECK(explained(text, "GET http://h/", {}, "bb") ==
        "\"bb\" is no HTTP listener; did you mean \"b\"?");
}

TEST_CASE("what is no request is refused") {
  for (const char* text :
       {"", "GET", "http://h/", "GET h/", "GET https://h/", "G T http://h/", "GET http:///",
        "GET http://a b/", "GET http://h/ /", "GET http://h/#x"}) {
    CHECK(explained(kTwo + "[[route]]\ncluster = \"c\"\n", text) ==
          "\"" + std::string(text) +
              "\" is no request; write a method and a URL: 'GET http://a.example/path'");
  }
  CHECK(explained(kTwo + "[[route]]\ncluster = \"c\"\n", "GET http://h/", {"x"}) ==
        "\"x\" is no header; write 'name: value', such as 'X-Beta: 1'");
}
