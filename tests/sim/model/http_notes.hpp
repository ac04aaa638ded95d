#pragma once
// HttpNotes: an HttpWitness that writes down what it is told, and judges nothing. HttpTalk: a
// client and a backend on two simulated hosts, without a proxy between them; or one of them, and
// the test's own bytes at the other end.
//
//   HttpTalk talk(backend_options, client_options);
//   talk.run();
//   CHECK(talk.http.count(Outcome::complete) == 1);

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/http_backend.hpp"
#include "sim/model/http_client.hpp"
#include "sim/model/notes.hpp"
#include "support/driver.hpp"

namespace weir::sim::model::test {

class HttpNotes final : public HttpWitness {
 public:
  struct Processed {
    HttpTag tag;
    HttpMethod method;
    bool body_complete;
  };

  void request_begun(const HttpTag& tag, HttpMethod) override { begun.push_back(tag); }
  void request_keyed(const HttpTag&, std::uint64_t key) override { keys.push_back(key); }
  void request_ended(const HttpTag&, const HttpEnd& end) override { ends.push_back(end); }
  void wrong_answer(const HttpTag&, std::string story) override {
    wrong_answers.push_back(std::move(story));
  }
  void processing(std::uint32_t, const HttpTag& tag, HttpMethod method, bool complete) override {
    processed.push_back(Processed{tag, method, complete});
  }
  void probed(std::uint32_t) override { ++probes; }
  void wrong_request(std::uint32_t, std::string story) override {
    wrong_requests.push_back(std::move(story));
  }
  void body_received(Way way, std::size_t bytes) override {
    (way == Way::up ? bytes_up : bytes_down) += bytes;
  }

  std::uint64_t count(Outcome outcome) const {
    return static_cast<std::uint64_t>(std::ranges::count(ends, outcome, &HttpEnd::outcome));
  }
  bool nothing_wrong() const { return wrong_answers.empty() && wrong_requests.empty(); }

  std::vector<HttpTag> begun;
  std::vector<HttpEnd> ends;
  std::vector<std::uint64_t> keys;
  std::vector<Processed> processed;
  std::vector<std::string> wrong_answers, wrong_requests;
  std::uint64_t probes = 0, bytes_up = 0, bytes_down = 0;
};

struct HttpTalk {
  explicit HttpTalk(std::uint64_t seed = 1) : kernel(seed) {}
  HttpTalk(const HttpBackendOptions& backend_options, const HttpClientOptions& client_options,
           std::uint64_t seed = 1)
      : kernel(seed) {
    serve_with(backend_options);
    ask_with(client_options);
  }

  void serve_with(const HttpBackendOptions& options) {
    backend.emplace(options, notes, http, kernel.seed(), far.number(), far.at(9000));
    far.start([this](io::World& world) { return serve(world, *backend); });
  }
  void ask_with(const HttpClientOptions& options) {
    client.emplace(options, notes, http, kernel.seed(), near.number(), far.at(9000));
    near.start([this](io::World& world) { return run_client(world, *client); });
  }

  void run(Duration time = std::chrono::minutes(10)) { kernel.run_until(kernel.now() + time); }

  // The test's own end of a connection, as a client or as a backend.
  void connect() {
    weir::test::Running<Result<std::unique_ptr<io::Stream>>> connecting(
        near.world().connector.connect(far.at(9000), kNever));
    run(std::chrono::milliseconds(10));
    stream = std::move(*connecting.take());
  }
  void listen() { listener = *far.world().listeners.listen(far.at(9000), io::ListenOptions()); }
  void accept() {
    run(std::chrono::milliseconds(10));
    stream = listener->try_accept().stream;
  }
  void send(std::string_view text) {
    const ConstBytes bytes = as_bytes(text);
    ASSERT(stream->try_write(std::span(&bytes, 1)).bytes == bytes.size(), "it is short");
    run(std::chrono::milliseconds(10));
  }
  // What has come by now; "(end)" and "(reset)" behind it.
  std::string read() {
    std::string text;
    for (;;) {
      std::array<std::byte, 4096> bytes;
      const io::IoResult got = stream->try_read(bytes);
      text += as_text(ConstBytes(bytes).first(got.bytes));
      if (got.status == io::IoStatus::end) return text + "(end)";
      if (got.status == io::IoStatus::reset) return text + "(reset)";
      if (got.status != io::IoStatus::ok) return text;
    }
  }

  Notes notes;  // these outlive the network, whose programs report to them
  HttpNotes http;
  Kernel kernel;
  Network network{kernel};
  Host& near = network.add_host("near");
  Host& far = network.add_host("far");
  std::optional<HttpBackend> backend;
  std::optional<HttpClient> client;
  std::unique_ptr<io::Listener> listener;
  std::unique_ptr<io::Stream> stream;
};

}  // namespace weir::sim::model::test
