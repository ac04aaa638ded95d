#pragma once
// HttpBackend: a model HTTP/1.1 server, a program of a simulated host. It answers each request with
// the bytes that the request asks for, derived from its tag (http_message.hpp), and has the speed,
// the limits and the troubles that its options give it.
//
//   HttpBackend backend(options, witness, http, seed, host.number(), host.at(9000));
//   host.start([&backend](io::World& world) { return serve(world, backend); });
//
// It trusts nobody: what is not a well-formed request of a client, with the bytes that this client
// sent, is told to the HttpWitness. A backend outlives its host's programs; a restart of the host
// runs serve() anew, with no memory of what it did.

#include <cstdint>
#include <string>
#include <vector>

#include "io/world.hpp"
#include "sim/model/channel.hpp"
#include "sim/model/http_trouble.hpp"
#include "sim/model/http_witness.hpp"
#include "sim/model/law.hpp"
#include "sim/model/slots.hpp"
#include "task/task.hpp"

namespace weir::sim::model {

// How the length of an answer is told.
enum class HttpAnswers : std::uint8_t { length, chunked, until_end, any };

struct HttpBackendOptions {
  bool listens = true;  // false: the host is up, but connects are refused
  int backlog = 4096;
  Law service;                    // of a request, once it has a slot
  Duration cold_for{0};           // so long after its start the service takes ...
  std::uint64_t cold_factor = 1;  // ... so many times as long
  SlotLimits slots;               // who is turned away gets a 503
  HttpAnswers answers = HttpAnswers::length;
  Duration keep_alive = Duration::max();    // an idle connection is closed after this
  bool hop_fields = false;                  // sends fields that are for the proxy alone
  std::uint64_t requests_max = UINT64_MAX;  // on one connection; the last answer says so
  std::string probe_path = "/healthz";      // probes take no slot
  Law probe_service;
  std::vector<HttpTrouble> troubles;
  Manners manners;
};

struct HttpBackend {
  HttpBackend(const HttpBackendOptions& chosen, Witness& told, HttpWitness& told_of_requests,
              std::uint64_t run_seed, std::uint32_t host_number, Endpoint address)
      : options(chosen),
        witness(told),
        http(told_of_requests),
        seed(run_seed),
        host(host_number),
        listen_at(address) {}

  const HttpBackendOptions options;
  Witness& witness;
  HttpWitness& http;
  const std::uint64_t seed;
  const std::uint32_t host;
  const Endpoint listen_at;
  std::uint64_t accepted = 0;  // counts on through restarts: it keys the random draws
};

// Serves until it is cancelled. Both references outlive the Task.
task::Task<> serve(io::World& world, HttpBackend& backend);

}  // namespace weir::sim::model
