#pragma once
// HttpTalking: one connection of an HttpClient: it asks, and it receives, at the same time.
//
//   HttpTalking talking(world, client, requests_left);
//   talking.begin_request();                            // its time begins before the connect
//   talking.connected(std::move(stream));
//   co_await converse(talking);                         // then talking.begun() says how many
//
// It makes sure that every request that begins has an outcome, also when the process dies.

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "sim/model/http_channel.hpp"
#include "sim/model/http_client.hpp"
#include "task/event.hpp"

namespace weir::sim::model {

// A request that waits for its answer.
struct HttpAsked {
  HttpTag tag;
  HttpMethod method = HttpMethod::get;
  std::uint64_t body_bytes = 0;
  std::uint64_t answer_bytes = 0;
  bool chunked = false;
  std::uint64_t key = 0;
  std::string received;  // what a backend must say that it received
  TimePoint deadline;
};

class HttpTalking {
 public:
  // All outlive it. It asks at most `quota` requests.
  HttpTalking(io::World& owner, HttpClient& user, std::uint32_t quota);
  ~HttpTalking();
  HttpTalking(const HttpTalking&) = delete;
  HttpTalking& operator=(const HttpTalking&) = delete;

  const HttpAsked& begin_request();  // the next one; draws what it is
  void connected(std::unique_ptr<io::Stream> stream);
  void end_request(const HttpEnd& end);  // of the first that is under way
  void end_all(Outcome outcome);         // of all that are
  void corrupt(std::string story);       // of what came for the first that is under way
  std::uint32_t begun() const noexcept { return begun_; }

  io::World& world;
  HttpClient& client;
  const std::uint32_t quota;
  const std::uint64_t connection;
  Random random;
  std::optional<HttpChannel> channel;  // once connected
  std::deque<HttpAsked> asked;         // begun and not ended, in this order
  task::Event may_ask;                 // an answer has come, or the connection is over
  task::Event may_send_body;           // 100 (Continue) has come, or something final
  task::Event has_asked;
  bool continues = false;  // the last request was answered with 100 (Continue)
  bool over = false;       // nothing more may be asked here
  bool asks_no_more = false;
  bool cleanly = false;
  Step sent = Step::ok;  // how the two halves went
  Step received = Step::ok;

 private:
  std::uint32_t begun_ = 0;
};

// The HttpTalking outlives the Task. Whatever was under way has its outcome then.
task::Task<> converse(HttpTalking& talking);

// The same for an HttpAttack, which is one request.
task::Task<> attack(HttpTalking& talking);

}  // namespace weir::sim::model
