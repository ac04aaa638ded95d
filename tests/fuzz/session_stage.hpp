#pragma once
// Stage: an HttpProxy in a PipeWorld whose clients and backends do what the fuzzer's bytes say, and
// what an observer at the proxy's own sockets saw of it.
//
//   Stage stage(options_byte);
//   stage.play(script);          // what is said, read, ended, reset; how time goes by
//   stage.end();                 // nobody does anything any more: time alone must end all sessions
//   check_facts(stage);          // session_facts.hpp
//
// Whose bytes these are can be seen: whatever is at least 0x80 in what a client says becomes its
// client_tag(), and in what a backend says the tag of the exchange that its connection is in.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/http_proxy.hpp"
#include "sim/model/http_decoder.hpp"
#include "tests/proxy/pipe_world.hpp"

namespace weir::fuzz {

// What passed through one stream of the proxy.
struct Log {
  std::string read;     // by the proxy
  std::string written;  // by the proxy
  bool read_ended = false;
  bool broken = false;   // a read or a write said so
  bool aborted = false;  // by the proxy
};

// A request as a backend got it, read by sim::model::HttpDecoder.
struct Exchange {
  unsigned char tag;
  std::size_t begin;    // in Log::written
  std::size_t end = 0;  // likewise; with what follows it in a tunnel
  std::string id = {};  // X-Request-Id; "" while the head is not whole
  std::string method = {};
  std::string body = {};
  bool complete = false;
};

// What a client or a backend still wants to say.
struct Outbox {
  std::string text;
  bool over = false;  // it has ended its direction

  void say(const std::string& more) {
    if (!over) text += more;
  }
  void end() {
    text.clear();
    over = true;
  }
};

struct Upstream {
  static constexpr unsigned char kNobody = 0xff;  // says what nobody asked for

  explicit Upstream(Log& of) : log(of) {}
  unsigned char tag() const { return exchanges.empty() ? kNobody : exchanges.back().tag; }

  Log& log;
  Outbox outbox = {};
  std::vector<Exchange> exchanges = {};  // the last one is the one that it is in
  sim::model::HttpDecoder decoder{sim::model::HttpRole::request};
  std::size_t heard = 0;
  bool offered_upgrade = false;
  bool tunnel = false;
};

struct Client {
  std::unique_ptr<io::Stream> stream;
  Outbox outbox = {};
};

struct Record {
  std::uint64_t session;
  std::uint32_t number;
  std::string method, id;
  std::uint16_t status;
  http::ProxyError error;
  proxy::RequestEnd end;
  std::size_t attempts;
};

class Script {
 public:
  explicit Script(std::string_view bytes) : rest_(bytes) {}
  bool ended() const { return rest_.empty(); }
  std::size_t number();                          // a byte; 0 behind the end
  std::string_view text(std::size_t bytes_max);  // what is left of so many

 private:
  std::string_view rest_;
};

class Stage final : proxy::RequestObserver {
 public:
  static constexpr std::size_t kClientsMax = 4;
  static unsigned char client_tag(std::size_t client) {
    return static_cast<unsigned char>(0xf8 + client);
  }

  explicit Stage(std::size_t choices);
  ~Stage();

  void play(Script& script);
  void end();

  std::deque<Log> client_logs;  // in the order in which they were accepted
  std::deque<Upstream> upstreams;
  std::vector<Record> records;

 private:
  void act(Script& script);
  void act_client(std::size_t kind, std::size_t which, Script& script);
  void act_upstream(std::size_t kind, std::size_t which, Script& script);
  static void act_outside(std::size_t kind, std::unique_ptr<io::Stream>& stream, Outbox& outbox,
                          Script& script);
  void settle();
  bool move_bytes();
  void hear(Upstream& upstream);
  void request_ended(const proxy::RequestRecord& record) override;

  test::PipeWorld pipes_;
  std::deque<Log> upstream_logs_;
  lb::Cluster balance_;
  std::vector<Client> clients_;
  bool eager_clients_;  // read whatever comes
  bool eager_backends_;
  std::size_t exchanges_ = 0;
  std::optional<proxy::HttpProxy> proxy_;
  std::optional<test::Running<void>> running_;
};

}  // namespace weir::fuzz
