#include "proxy/http_rig.hpp"

#include <catch2/catch.hpp>

namespace weir::test {
namespace {

std::vector<lb::BackendSpec> specs(std::uint32_t backends) {
  std::vector<lb::BackendSpec> named;
  for (std::uint32_t i = 0; i < backends; ++i) named.push_back({.name = std::to_string(i)});
  return named;
}

http::ForwardPolicy plain_policy() {
  return http::ForwardPolicy({.x_forwarded = false, .request_id = false, .via = ""});
}

}  // namespace

HttpRig::HttpRig(std::uint32_t backends) : balance({}, specs(backends)) {
  std::vector<Endpoint> addresses;
  for (std::uint32_t i = 0; i < backends; ++i) {
    addresses.push_back(backend_at(static_cast<std::uint16_t>(i + 1)));
  }
  options.clusters.push_back({.name = "c", .balance = balance, .backends = addresses});
  std::vector<proxy::Route> routes = {
      {.name = "all", .match = {.hosts = {"a.example"}}, .target = 0}};
  std::vector<proxy::Destination> destinations = {
      {.cluster = 0, .route = "all", .policy = plain_policy()}};
  options.routing = std::make_shared<const proxy::Routing>(
      proxy::Routing{proxy::RouteTable(std::move(routes)), std::move(destinations)});
}

HttpRig::~HttpRig() {
  cancel();
  CHECK(balance.in_flight() == 0);
}

void HttpRig::cancel() {
  running_.reset();
  proxy_.reset();
}

proxy::HttpProxy& HttpRig::proxy() {
  if (!proxy_) {
    proxy_.emplace(pipes.world, pipes.make_listener(), options, *this);
    running_.emplace(proxy_->run());
  }
  return *proxy_;
}

std::unique_ptr<io::Stream> HttpRig::knock() {
  proxy();
  auto client = pipes.knock();
  pipes.driver.settle();
  return client;
}

void HttpRig::say(io::Stream& stream, std::string_view text) {
  write_now(stream, text);
  pipes.driver.settle();
}

std::string HttpRig::hear(io::Stream& stream) {
  std::string all;
  for (;;) {
    pipes.driver.settle();
    const std::string some = read_now(stream);
    if (some.empty()) return all;
    all += some;
  }
}

io::IoStatus HttpRig::status(io::Stream& stream) {
  pipes.driver.settle();
  return status_now(stream);
}

void HttpRig::expect_served(std::string_view path) {
  auto client = knock();
  say(*client, get(path));
  io::Stream& asked = *pipes.connected.back();
  CHECK(contains(hear(asked), path));
  say(asked, answer(path));
  CHECK(hear(*client) == answer(path));
}

bool HttpRig::at_rest() {
  pipes.driver.settle();
  bool rests = balance.in_flight() == 0 && pipes.world.buffers.borrowed() == 0;
  for (std::uint32_t i = 0; i < balance.size(); ++i) {
    rests = rests && proxy().pool(0).waiting(i) == 0;
  }
  return rests;
}

void HttpRig::request_ended(const proxy::RequestRecord& record) {
  KeptRecord kept{.record = record,
                  .method = std::string(record.method),
                  .host = std::string(record.host),
                  .path = std::string(record.path),
                  .request_id = std::string(record.request_id),
                  .details = std::string(record.details),
                  .attempts = {record.attempts.begin(), record.attempts.end()}};
  records.push_back(std::move(kept));
}

std::string get(std::string_view path, std::string_view fields) {
  return std::string("GET ").append(path).append(" HTTP/1.1\r\nHost: a.example\r\n") +
         std::string(fields) + "\r\n";
}

std::string post(std::string_view path, std::string_view body) {
  return std::string("POST ").append(path) +
         " HTTP/1.1\r\nHost: a.example\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

std::string chunked_post(std::string_view path, std::string_view chunks) {
  return std::string("POST ").append(path) +
         " HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(chunks);
}

std::string answer_head(std::string_view status, std::string_view fields) {
  return std::string("HTTP/1.1 ").append(status) + "\r\nDate: now\r\n" + std::string(fields) +
         "\r\n";
}

std::string answer(std::string_view body, std::string_view fields) {
  const std::string length = "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return answer_head("200 OK", std::string(fields) + length) + std::string(body);
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace weir::test
