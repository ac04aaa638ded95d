#include "tests/fuzz/session_stage.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"

namespace weir::fuzz {
namespace {

using sim::model::HttpPart;

// Pieces of messages, so that the fuzzer need not find them letter by letter.
constexpr std::string_view kPieces[] = {
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST /\x70 HTTP/1.1\r\nHost: a\r\nX: \x80\r\n",
    "DELETE / HTTP/1.0\r\nConnection: keep-alive\r\n",
    "Content-Length: 5\r\n\r\n",
    "Content-Length: 0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n",
    "Connection: close\r\n",
    "Expect: 100-continue\r\n",
    "Connection: upgrade\r\nUpgrade: x\r\n",
    "\x80\x80\x80\x80\x80",
    "5\r\n\x80\x80\x80\x80\x80\r\n",
    "0\r\n\r\n",
    "0\r\nX: \x80\r\n\r\n",
    "\r\n",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\x80\x80\x80\x80\x80",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 103 Hints\r\nX: \x80\r\n\r\n",
    "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
    "HTTP/1.1 204 No Content\r\n\r\n",
    "HTTP/1.0 200 OK\r\n\r\n",
    "Content-Length: 6000\r\n\r\n",
};
constexpr std::size_t kManyBytes = 3000;  // what the last piece is

std::string text_of(Script& script) {
  const std::size_t what = script.number();
  if (what < 64) return std::string(script.text(what + 1));
  constexpr std::size_t kKinds = std::size(kPieces) + 1;
  const std::size_t piece = what % kKinds;
  return piece < std::size(kPieces) ? std::string(kPieces[piece]) : std::string(kManyBytes, '\x80');
}

// Bytes of at least 0x80 are somebody's.
std::string tagged(std::string text, unsigned char tag) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) c = static_cast<char>(tag);
  }
  return text;
}

// The proxy's side of a connection, written down.
class Tap final : public io::Stream {
 public:
  Tap(std::unique_ptr<io::Stream> inner, Log& log) : inner_(std::move(inner)), log_(log) {}

  io::IoResult try_read(MutableBytes into) override {
    const io::IoResult got = inner_->try_read(into);
    log_.read += as_text(ConstBytes(into).first(got.bytes));
    log_.read_ended = log_.read_ended || got.status == io::IoStatus::end;
    note(got.status);
    return got;
  }
  io::IoResult try_write(std::span<const ConstBytes> pieces) override {
    const io::IoResult sent = inner_->try_write(pieces);
    std::size_t left = sent.bytes;
    for (const ConstBytes piece : pieces) {
      const std::size_t bytes = std::min(left, piece.size());
      log_.written += as_text(piece.first(bytes));
      left -= bytes;
    }
    note(sent.status);
    return sent;
  }
  task::Event& readable() override { return inner_->readable(); }
  task::Event& writable() override { return inner_->writable(); }
  task::Event& broken() override { return inner_->broken(); }
  std::size_t unacknowledged() const override { return inner_->unacknowledged(); }
  void shutdown_write() override { inner_->shutdown_write(); }
  void abort() override {
    log_.aborted = true;
    inner_->abort();
  }
  Endpoint local() const override { return inner_->local(); }
  Endpoint peer() const override { return inner_->peer(); }

 private:
  void note(io::IoStatus status) { log_.broken = log_.broken || status == io::IoStatus::reset; }

  std::unique_ptr<io::Stream> inner_;
  Log& log_;
};

// One read of a party that is outside. True: something came.
bool read_some(io::Stream& stream, std::size_t bytes_max) {
  std::array<std::byte, 4096> buffer;
  const auto into = std::span(buffer).first(std::clamp<std::size_t>(bytes_max, 1, buffer.size()));
  return stream.try_read(into).status == io::IoStatus::ok;
}

// True: something went. It is known only now whose bytes they are.
bool write_some(io::Stream& stream, Outbox& outbox, unsigned char tag) {
  if (outbox.text.empty()) return false;
  const std::string text = tagged(outbox.text, tag);
  const ConstBytes piece = as_bytes(text);
  const io::IoResult sent = stream.try_write(std::span(&piece, 1));
  outbox.text.erase(0, sent.bytes);
  if (sent.status == io::IoStatus::reset) outbox.end();
  return sent.bytes > 0;
}

std::vector<lb::BackendSpec> backends_for(std::size_t choices) {
  if ((choices & 32) == 0) return {{.name = "1"}};
  return {{.name = "1"}, {.name = "2"}};
}

proxy::HttpOptions options_for(std::size_t choices, lb::Cluster& balance) {
  proxy::HttpOptions options;
  std::vector<Endpoint> addresses = {test::backend_at(1), test::backend_at(2)};
  addresses.resize(balance.size());
  options.clusters.push_back({.name = "c",
                              .balance = balance,
                              .backends = std::move(addresses),
                              .hash = {},
                              .pool = {},
                              .tries_max = 2,
                              .timeouts = {}});
  proxy::PoolOptions& pool = options.clusters.front().pool;
  pool.connections_max = choices % 3;
  pool.idle_max = 4 - choices % 5;
  options.requests_max = choices % 7 == 6 ? 2 : 0;
  // Small, so that a fuzzer reaches them.
  options.limits = {.request_line_bytes_max = 200,
                    .header_bytes_max = 600,
                    .fields_max = 10,
                    .chunk_extension_bytes_max = 30,
                    .trailer_bytes_max = 100,
                    .body_bytes_max = 20'000};
  std::vector<proxy::Destination> destinations;
  destinations.push_back({0, "all", http::ForwardPolicy({})});
  options.routing = std::make_shared<const proxy::Routing>(
      proxy::RouteTable({{.name = "all", .match = {}, .target = 0}}), std::move(destinations));
  return options;
}

}  // namespace

std::size_t Script::number() {
  const std::string_view one = text(1);
  return one.empty() ? 0 : static_cast<unsigned char>(one.front());
}

std::string_view Script::text(std::size_t bytes_max) {
  const std::string_view taken = rest_.substr(0, bytes_max);
  rest_.remove_prefix(taken.size());
  return taken;
}

Stage::Stage(std::size_t choices)
    : balance_({}, backends_for(choices)),
      eager_clients_((choices & 64) == 0),
      eager_backends_((choices & 128) == 0) {
  pipes_.wrap_client = [this](std::unique_ptr<io::Stream> stream) {
    return std::make_unique<Tap>(std::move(stream), client_logs.emplace_back());
  };
  pipes_.wrap_upstream = [this](std::unique_ptr<io::Stream> stream) {
    Log& log = upstream_logs_.emplace_back();
    upstreams.emplace_back(log);
    return std::make_unique<Tap>(std::move(stream), log);
  };
  proxy::RequestObserver& observer = *this;
  proxy_.emplace(pipes_.world, pipes_.make_listener(), options_for(choices, balance_), observer);
  running_.emplace(proxy_->run());
}

Stage::~Stage() {
  running_.reset();
  proxy_.reset();
}

void Stage::request_ended(const proxy::RequestRecord& record) {
  records.push_back({record.session, record.number, std::string(record.method),
                     std::string(record.request_id), record.status, record.error, record.end,
                     record.attempts.size()});
}

void Stage::play(Script& script) {
  while (!script.ended()) act(script);
  settle();
}

// Two bits say who, four say what, and one whether the proxy gets to run behind it.
void Stage::act(Script& script) {
  const std::size_t what = script.number();
  const std::size_t which = (what >> 4) % 4;
  const std::size_t kind = what % 16;
  if (kind < 5) {
    act_client(kind, which, script);
  } else if (kind < 10) {
    act_upstream(kind - 5, which, script);
  } else if (kind == 10) {
    pipes_.driver.run_queue.run(1 + which);  // between two steps of the proxy
  } else if (kind == 11) {
    pipes_.driver.advance(std::chrono::milliseconds(1 << (script.number() % 18)));
  } else if (kind == 12) {
    constexpr ErrorCode kHow[] = {ErrorCode::refused, ErrorCode::timed_out,
                                  ErrorCode::no_descriptors};
    pipes_.broken.clear();
    const std::size_t how = script.number();
    if (how % 4 < 3) pipes_.broken[static_cast<std::uint16_t>(1 + which % 2)] = kHow[how % 4];
    if (which > 1) pipes_.broken[1] = pipes_.broken[2] = ErrorCode::refused;
  } else if (kind == 13) {
    pipes_.connect_takes = std::chrono::milliseconds(script.number() * 10);
  } else if (kind == 14) {
    if (which == 3) proxy_->drain();
  }
  if ((what & 64) == 0) return settle();
  move_bytes();
}

void Stage::act_client(std::size_t kind, std::size_t which, Script& script) {
  if (which >= clients_.size()) {
    if (clients_.size() == kClientsMax) return;
    which = clients_.size();
    clients_.push_back({pipes_.knock()});
  }
  Client& client = clients_[which];
  if (kind == 0) return client.outbox.say(text_of(script));
  act_outside(kind, client.stream, client.outbox, script);
}

// The newest connections can be named.
void Stage::act_upstream(std::size_t kind, std::size_t which, Script& script) {
  const std::string text = kind == 0 ? text_of(script) : "";
  if (which >= upstreams.size()) return;
  const std::size_t index = upstreams.size() - 1 - which;
  Upstream& upstream = upstreams[index];
  if (kind == 0) return upstream.outbox.say(text);
  act_outside(kind, pipes_.connected[index], upstream.outbox, script);
}

void Stage::act_outside(std::size_t kind, std::unique_ptr<io::Stream>& stream, Outbox& outbox,
                        Script& script) {
  if (stream == nullptr) return;
  switch (kind) {
    case 1: read_some(*stream, script.number() * 16); return;
    case 2: stream->shutdown_write(); break;
    case 3: stream->abort(); break;
    default: stream.reset();
  }
  outbox.end();
}

void Stage::settle() {
  do {
    pipes_.driver.settle();
  } while (move_bytes());
}

// Without a step of the proxy in between.
bool Stage::move_bytes() {
  for (Upstream& upstream : upstreams) hear(upstream);
  bool moved = false;
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    Client& client = clients_[i];
    if (client.stream == nullptr) continue;
    moved |= write_some(*client.stream, client.outbox, client_tag(i));
    if (eager_clients_) moved |= read_some(*client.stream, SIZE_MAX);
  }
  for (std::size_t i = 0; i < upstreams.size(); ++i) {
    if (pipes_.connected[i] == nullptr) continue;
    moved |= write_some(*pipes_.connected[i], upstreams[i].outbox, upstreams[i].tag());
    if (eager_backends_) moved |= read_some(*pipes_.connected[i], SIZE_MAX);
  }
  return moved;
}

// What has come on a connection to a backend since it was last looked at.
void Stage::hear(Upstream& upstream) {
  const std::string& written = upstream.log.written;
  ConstBytes unread = as_bytes(written).subspan(upstream.heard);
  while (!upstream.tunnel) {
    const bool between = upstream.exchanges.empty() || upstream.exchanges.back().complete;
    if (between) {
      if (unread.empty()) break;
      upstream.tunnel = upstream.offered_upgrade && upstream.log.read.contains("HTTP/1.1 101 ");
      if (upstream.tunnel) break;
      const auto tag = static_cast<unsigned char>(0x80 + exchanges_++ % 0x70);
      upstream.exchanges.push_back({.tag = tag, .begin = written.size() - unread.size()});
    }
    Exchange& exchange = upstream.exchanges.back();
    const HttpPart part = upstream.decoder.next(unread);
    ASSERT(part != HttpPart::malformed, upstream.decoder.story());
    if (part == HttpPart::head) {
      const sim::model::HttpHead& head = upstream.decoder.head();
      ASSERT(head.count("x-request-id") == 1, "every request has an id");
      exchange.id = *head.find("x-request-id");
      exchange.method = head.method;
      upstream.offered_upgrade = head.count("upgrade") > 0;
    } else if (part == HttpPart::body) {
      exchange.body += as_text(upstream.decoder.body());
    } else if (part == HttpPart::end) {
      exchange.complete = true;
      exchange.end = written.size() - unread.size();
    } else {
      break;
    }
  }
  upstream.heard = written.size();
  if (upstream.exchanges.empty()) return;
  Exchange& last = upstream.exchanges.back();
  if (upstream.tunnel || !last.complete) last.end = written.size();
}

// A client's every request and each part of it has a deadline, so that hours end all of them.
void Stage::end() {
  pipes_.driver.advance(std::chrono::hours(6));
  for (Upstream& upstream : upstreams) hear(upstream);
  ASSERT(proxy_->open_sessions() == 0, "time ends every session");
  const proxy::UpstreamPool& pool = proxy_->pool(0);
  ASSERT(pool.idle() == 0, "and every idle connection");
  for (std::uint32_t backend = 0; backend < balance_.size(); ++backend) {
    ASSERT(pool.open(backend) == 0 && pool.waiting(backend) == 0, "nobody has or wants one");
    ASSERT(balance_.state(backend).in_flight.load() == 0, "no request is in flight");
  }
  ASSERT(pipes_.world.buffers.borrowed() == 0, "no buffer is borrowed");
  ASSERT(pipes_.driver.timers.size() == 0, "no timer is set");
  proxy_->drain();
  pipes_.driver.settle();
  ASSERT(running_->ended(), "a proxy without sessions drains at once");
}

}  // namespace weir::fuzz
