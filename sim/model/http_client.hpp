#pragma once
// HttpClient: a model of many users of HTTP/1.1 behind one simulated host. A visit is a number of
// requests over a kept-alive connection, one after another or pipelined; when the connection ends
// before that, the rest goes over a new one, as browsers do.
//
//   HttpClient client(options, witness, http, seed, host.number(), proxy.at(8080));
//   host.start([&client](io::World& world) { return run_client(world, client); });   // visitor.hpp
//
// It checks each answer: that it is the answer to this request and no other, its framing, its
// length and every byte, and what the backend says it received. No request is ever asked twice.
// Every request ends: patience is its deadline.

#include <cstdint>
#include <string>

#include "sim/model/channel.hpp"
#include "sim/model/http_attack.hpp"
#include "sim/model/http_witness.hpp"
#include "sim/model/visitor.hpp"

namespace weir::sim::model {

struct HttpClientOptions : LoadOptions {
  std::uint32_t requests = 1;     // of a visit
  std::uint32_t pipeline = 1;     // that may be under way at once on a connection
  Ratio post{};                   // of requests; the others are GET ...
  Ratio head{};                   // ... or, of those, HEAD
  Ratio chunked{};                // of POSTs: their bodies have no Content-Length
  Sizes request_bytes{100, 100};  // of a POST's body
  Sizes answer_bytes{100, 100};
  bool hop_fields = false;       // sends fields that are for the proxy alone
  bool expect_continue = false;  // POST: waits for 100 (Continue) before the body, a second at most
  std::uint64_t keys = 0;        // 0: none; else each request has one of so many, in its path too
  std::string path = "/";
  std::string host = "weir.test";
  HttpAttack attack = HttpAttack::none;         // a visit is one such attack
  Duration hold{0};                             // keeps the connection open after the last answer
  Duration patience = std::chrono::minutes(1);  // for each request; the first one connects too
  Manners manners;
};

class HttpClient final : public Visitor {
 public:
  HttpClient(const HttpClientOptions& chosen, Witness& told, HttpWitness& told_of_requests,
             std::uint64_t run_seed, std::uint32_t host_number, Endpoint proxy)
      : Visitor(chosen, told, run_seed, host_number, proxy),
        options(chosen),
        http(told_of_requests) {}

  task::Task<> visit(io::World& world) override;

  const HttpClientOptions options;
  HttpWitness& http;
};

}  // namespace weir::sim::model
