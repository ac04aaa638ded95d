#pragma once
// HttpRig: an HttpProxy in a PipeWorld, turned by hand: the test plays its clients and backends.
//
//   HttpRig rig(2);                                    // backends; then rig.options.... = ...
//   auto client = rig.knock();
//   rig.say(*client, get("/a"));                       // writes, and lets the proxy run
//   CHECK(rig.hear(rig.backend(0)) == forwarded("/a"));
//   rig.say(rig.backend(0), answer("hello"));
//   CHECK(rig.hear(*client) == answer("hello"));
//
// Heads are forwarded without additions, so that bytes can be compared. The proxy is made by the
// first knock(); options are set before it.

#include <optional>
#include <string>
#include <vector>

#include "proxy/http_proxy.hpp"
#include "proxy/pipe_world.hpp"

namespace weir::test {

// A RequestRecord whose texts are its own.
struct KeptRecord {
  proxy::RequestRecord record;
  std::string method, host, path, request_id, details;
  std::vector<proxy::Attempt> attempts;
};

class HttpRig : public proxy::RequestObserver {
 public:
  explicit HttpRig(std::uint32_t backends = 1);
  ~HttpRig();

  proxy::HttpProxy& proxy();
  std::unique_ptr<io::Stream> knock();
  io::Stream& backend(std::size_t connect) { return *pipes.connected.at(connect); }

  void say(io::Stream& stream, std::string_view text);  // all of it must fit into the pipe
  std::string hear(io::Stream& stream);                 // what is there, and what follows from that
  io::IoStatus status(io::Stream& stream);

  // Asks over a new connection, and lets the backend that was connected last answer.
  void expect_served(std::string_view path);

  const KeptRecord& record(std::size_t index) const { return records.at(index); }
  void cancel();  // the proxy is gone, with all its sessions
  bool ended() const { return running_->ended(); }
  bool at_rest();  // no request in flight, nobody in a queue, no buffer borrowed

  PipeWorld pipes;
  proxy::HttpOptions options;
  lb::Cluster balance;
  std::vector<KeptRecord> records;

  void request_ended(const proxy::RequestRecord& record) override;

 private:
  std::optional<proxy::HttpProxy> proxy_;
  std::optional<Running<void>> running_;
};

std::string get(std::string_view path, std::string_view fields = "");
std::string post(std::string_view path, std::string_view body);
std::string chunked_post(std::string_view path, std::string_view chunks);

// Dated, so that the proxy has nothing to add.
std::string answer(std::string_view body, std::string_view fields = "");
std::string answer_head(std::string_view status, std::string_view fields = "");

bool contains(std::string_view text, std::string_view part);

}  // namespace weir::test
