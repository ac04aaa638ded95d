#pragma once
// HttpWitness: whom the HTTP models tell of requests; of connections they tell the Witness. The
// oracles of sim/check listen here (check::HttpPanel).
//
//   told.request_begun(tag, HttpMethod::post);       // the client, before the first byte
//   told.processing(host, tag, HttpMethod::post, true);          // a backend: now it counts
//   told.request_ended(tag, HttpEnd{Outcome::complete, 200});    // the client, once
//
// Calls come in the order in which things happen; an HttpWitness never blocks.

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/model/http_message.hpp"
#include "sim/model/witness.hpp"

namespace weir::sim::model {

// How a request ended, as its client saw it.
struct HttpEnd {
  Outcome outcome = Outcome::complete;
  unsigned status = 0;      // of the answer, when there was one
  bool own_answer = false;  // it was the proxy's: no backend's name, but a Proxy-Status (RFC 9209)
  bool slowed = false;      // the client itself sends or reads slowly: its time is its own
};

class HttpWitness {
 public:
  virtual void request_begun(const HttpTag& tag, HttpMethod method) = 0;
  // It has this key; told right after its beginning, of clients that have keys.
  virtual void request_keyed(const HttpTag& tag, std::uint64_t key) = 0;
  virtual void request_ended(const HttpTag& tag, const HttpEnd& end) = 0;
  // What came instead of the answer to `tag` is no answer to it, or is malformed.
  virtual void wrong_answer(const HttpTag& tag, std::string story) = 0;

  // A backend begins to act on a request; from now on it may have had its effect.
  virtual void processing(std::uint32_t host, const HttpTag& tag, HttpMethod method,
                          bool body_complete) = 0;
  virtual void probed(std::uint32_t host) = 0;
  // What a backend was sent is no request of any client, or is malformed.
  virtual void wrong_request(std::uint32_t host, std::string story) = 0;

  virtual void body_received(Way way, std::size_t bytes) = 0;

 protected:
  ~HttpWitness() = default;
};

}  // namespace weir::sim::model
