#include "proxy/http_session.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "http/head_end.hpp"
#include "http/start_line.hpp"
#include "proxy/http_exchange.hpp"

namespace weir::proxy {
namespace {

constexpr std::size_t kLingerBytesMax = 1024 * 1024;  // read and forgotten of a client that is told

class Session final : IdleSession {
 public:
  Session(HttpWorker& worker, std::unique_ptr<io::Stream> client, std::uint64_t number)
      : worker_(worker), client_(worker.world, std::move(client)) {
    client_.number = number;
  }
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  task::Task<> run();

 private:
  enum class Next : std::uint8_t { request, refusal, gone };

  bool head_is_there();
  task::Task<> read_head();
  void begin_exchange();
  task::Task<> write_rest();
  task::Task<> linger();
  void refuse(const http::Refusal& refusal);
  void answer_not_found(const http::RequestHead& head);
  void answer(const http::OwnAnswer& answer, RequestRecord& record);
  void drain() override { client_.alarm.set_deadline(now()); }
  TimePoint now() const noexcept { return worker_.world.timers.now(); }

  HttpWorker& worker_;
  ClientSide client_;
  http::HeadScan scan_;
  Next next_ = Next::request;
  std::size_t head_bytes_ = 0;
  http::Refusal refusal_;
  std::unique_ptr<HttpExchange> exchange_;  // none while it waits for a request
  bool finished_ = false;                   // ended as it should: nothing is cut off by closing
};

task::Task<> Session::run() {
  for (;;) {
    client_.request_began = now();
    if (!head_is_there()) co_await read_head();
    if (next_ == Next::gone) break;
    scan_ = {};
    ++client_.requests;
    const std::uint32_t most = worker_.options.requests_max;
    if (most > 0 && client_.requests >= most) client_.keep_alive = false;
    if (next_ == Next::refusal) {
      refuse(refusal_);
    } else {
      begin_exchange();
    }
    if (exchange_ != nullptr) {
      co_await exchange_->run();
      exchange_.reset();
    }
    if (!client_.unsent.empty()) co_await write_rest();
    if (!client_.keep_alive) break;
    // What was sent before is still answered.
    if ((client_.ended || worker_.draining) && client_.input.empty()) break;
  }
  const bool might_send_more = !client_.ended && !(client_.sent_last && client_.input.empty());
  if (client_.requests > 0 && might_send_more && next_ != Next::gone) co_await linger();
  finished_ = true;
}

// Looks at what has been read. True: next_ says what comes next.
bool Session::head_is_there() {
  if (client_.input.empty()) return false;
  const http::HeadEnd end = http::find_head_end(client_.input.bytes(), scan_,
                                                http::HeadKind::request, worker_.options.limits);
  if (end.status == http::HeadEnd::Status::incomplete) return false;
  next_ = Next::request;
  head_bytes_ = end.size;
  if (end.status == http::HeadEnd::Status::refused) {
    next_ = Next::refusal;
    refusal_ = end.refusal;
  }
  return true;
}

task::Task<> Session::read_head() {
  const HttpTimeouts& timeouts = worker_.options.timeouts;
  const bool is_first = client_.requests == 0;
  bool has_begun = !client_.input.empty();
  Duration patience = timeouts.keep_alive;
  if (is_first || has_begun) patience = timeouts.header;
  client_.alarm.set_deadline(after(now(), patience));
  bool try_first = is_first;  // it has probably sent something already
  for (;;) {
    if (!std::exchange(try_first, false)) {
      client_.input.keep();
      if (!has_begun) worker_.idle.push_back(*this);
      client_.alarm.watch(client_.stream->readable());
      const task::Alarm::Woken woken = co_await client_.alarm.wait();
      unlink();
      const bool in_time = woken.events != 0;
      if (!in_time && has_begun && !scan_.untouched()) {
        next_ = Next::refusal;
        refusal_ = {408, "the request's head did not arrive in time"};
        co_return;
      }
      if (!in_time) break;
    }
    const io::IoResult got = client_.input.fill(*client_.stream, worker_.world.buffers);
    if (got.status == io::IoStatus::would_block) continue;
    if (got.status != io::IoStatus::ok) break;  // in the middle of a head there is nobody to answer
    if (!std::exchange(has_begun, true)) {
      client_.request_began = now();
      client_.alarm.set_deadline(after(now(), timeouts.header));
    }
    if (head_is_there()) co_return;
  }
  next_ = Next::gone;
}

// The head is parsed, and written anew by the exchange, before anything else reads. Without an
// exchange the request has been answered.
void Session::begin_exchange() {
  const auto head = worker_.request_parser.parse(client_.input.bytes().first(head_bytes_));
  if (!head) return refuse(head.error());
  const Destination* destination = worker_.options.routing->find(*head);
  if (destination == nullptr) return answer_not_found(*head);
  exchange_ = std::make_unique<HttpExchange>(worker_, client_, *head, *destination);
  client_.input.consume(head_bytes_);
}

void Session::refuse(const http::Refusal& refusal) {
  client_.keep_alive = false;
  http::OwnAnswer own;
  own.status = refusal.status;
  own.details = refusal.reason;
  const http::RequestLine asked = http::glance(as_text(client_.input.bytes()));
  own.method = asked.method;
  RequestRecord record;
  record.method = asked.method_text;
  record.path = asked.target;
  if (refusal.status == 408) record.end = RequestEnd::client_timeout;
  answer(own, record);
}

void Session::answer_not_found(const http::RequestHead& head) {
  http::OwnAnswer own;
  own.status = 404;
  own.error = http::ProxyError::destination_not_found;
  own.details = "no route matches this request";
  own.method = head.method;
  own.minor = head.minor;
  client_.keep_alive =
      client_.keep_alive && head.keep_alive && head.body.empty() && !worker_.draining;
  own.keep_alive = client_.keep_alive;
  RequestRecord record;
  record.method = head.method_text;
  record.host = head.authority;
  record.path = head.path;
  answer(own, record);
  if (client_.keep_alive) client_.input.consume(head_bytes_);
}

void Session::answer(const http::OwnAnswer& answer, RequestRecord& record) {
  worker_.head.clear();
  http::OwnAnswer dated = answer;
  dated.date = worker_.date();
  http::append_own_answer(worker_.head, dated);
  worker_.gather.add(as_bytes(worker_.head));
  if (!worker_.gather.send(*client_.stream, client_.unsent)) client_.keep_alive = false;
  record.session = client_.number;
  record.number = client_.requests;
  record.client = client_.peer;
  record.status = answer.status;
  record.error =
      answer.error == http::ProxyError::none ? http::error_for(answer.status) : answer.error;
  record.details = answer.details;
  record.duration = now() - client_.request_began;
  if (record.end == RequestEnd::cancelled) record.end = RequestEnd::answered_by_us;
  worker_.note_end(record.end);
  worker_.observer.request_ended(record);
  client_.input.keep();
}

// What the client has not taken yet of an answer that is complete.
task::Task<> Session::write_rest() {
  while (!client_.unsent.empty()) {
    const TimePoint take_by = client_.take_by(now(), worker_.options.body_rate);
    const TimePoint idle = after(now(), worker_.options.timeouts.body_idle);
    client_.alarm.set_deadline(std::min(idle, take_by));
    client_.alarm.watch(client_.stream->writable());
    const task::Alarm::Woken woken = co_await client_.alarm.wait();
    const bool is_alive = woken.events != 0 ? flush(*client_.stream, client_.unsent)
                                            : !client_.takes_too_slowly(now());
    if (!is_alive) {
      client_.unsent.clear();
      client_.stream->abort();
      client_.keep_alive = false;
      client_.ended = true;  // nobody is there to linger for
    }
  }
  client_.unsent_by = kNever;
}

// Closing while the client still sends would reset the connection, and the reset might overtake the
// answer (RFC 9112, 9.6).
task::Task<> Session::linger() {
  client_.stream->shutdown_write();
  client_.alarm.set_deadline(after(now(), worker_.options.timeouts.linger));
  for (std::size_t bytes = 0; bytes < kLingerBytesMax;) {
    const io::IoResult got = client_.stream->try_read(worker_.world.buffers.scratch());
    bytes += got.bytes;
    if (got.status == io::IoStatus::would_block) {
      client_.alarm.watch(client_.stream->readable());
      const task::Alarm::Woken woken = co_await client_.alarm.wait();
      if (woken.events == 0) break;
    } else if (got.status != io::IoStatus::ok) {
      break;
    }
  }
}

Session::~Session() {
  if (!finished_) client_.stream->abort();
}

}  // namespace

task::Task<> run_http_session(HttpWorker& worker, std::unique_ptr<io::Stream> client,
                              std::uint64_t number) {
  Session session(worker, std::move(client), number);
  co_await session.run();
}

}  // namespace weir::proxy
