#include "control/probe.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "http/body_decoder.hpp"
#include "http/head_end.hpp"
#include "http/response_parser.hpp"
#include "io/stream_ops.hpp"
#include "proxy/server.hpp"

namespace weir::control {
namespace {

using lb::ProbeResult;

constexpr unsigned kInterimsMax = 8;  // answers of 1xx before the final one

ProbeOutcome failure(ProbeResult result, std::string reason) {
  return ProbeOutcome{result, std::move(reason)};
}

ProbeOutcome connect_failure(ErrorCode code) {
  switch (code) {
    case ErrorCode::refused: return failure(ProbeResult::refused, "the connect was refused");
    case ErrorCode::timed_out:
      return failure(ProbeResult::timed_out, "the connect was not answered in time");
    case ErrorCode::unreachable:
      return failure(ProbeResult::unreachable, "the address cannot be reached");
    case ErrorCode::reset: return failure(ProbeResult::reset, "the connect was reset");
    default:
      return failure(ProbeResult::other,
                     fmt::format("no connection could be opened: {}", to_string(code)));
  }
}

ProbeOutcome stream_failure(io::IoStatus status) {
  switch (status) {
    case io::IoStatus::timed_out:
      return failure(ProbeResult::timed_out, "the answer did not come in time");
    case io::IoStatus::reset:
      return failure(ProbeResult::reset, "the connection was reset before the answer");
    case io::IoStatus::end:
      return failure(ProbeResult::malformed, "the connection ended before the answer did");
    default: return failure(ProbeResult::other, "the connection failed before the answer");
  }
}

ProbeOutcome malformed(const http::Refusal& refusal) {
  return failure(ProbeResult::malformed,
                 fmt::format("it was no proper answer: {}", refusal.reason));
}

std::string request_text(const ProbeOptions& options, const Endpoint& backend) {
  return fmt::format(
      "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: weir-probe\r\nAccept: */*\r\n"
      "Connection: close\r\n\r\n",
      options.path, options.host.empty() ? to_string(backend) : options.host);
}

// One GET on one connection, up to what decides.
class Asking {
 public:
  Asking(io::World& world, const ProbeOptions& options, io::Stream& stream, TimePoint deadline)
      : world_(world), options_(options), stream_(stream), deadline_(deadline), parser_(limits_) {}

  task::Task<ProbeOutcome> ask(std::string request);

 private:
  task::Task<std::optional<ProbeOutcome>> read_head();
  task::Task<ProbeOutcome> look_for_body();
  task::Task<io::IoStatus> read_more();
  std::optional<ProbeOutcome> take_head(std::size_t size);

  io::World& world_;
  const ProbeOptions& options_;
  io::Stream& stream_;
  const TimePoint deadline_;
  const http::Limits limits_{};
  http::ResponseParser parser_;
  std::string received_;     // and not yet understood; at most a head and one read
  bool has_answer_ = false;  // the final head was taken
  unsigned interims_ = 0;
  http::BodyDecoder decoder_;
};

task::Task<ProbeOutcome> Asking::ask(std::string request) {
  const io::IoStatus sent =
      co_await io::write_all(stream_, as_bytes(request), world_.timers, deadline_);
  if (sent != io::IoStatus::ok) co_return stream_failure(sent);
  std::optional<ProbeOutcome> decided = co_await read_head();
  if (decided) co_return std::move(*decided);
  co_return co_await look_for_body();
}

task::Task<io::IoStatus> Asking::read_more() {
  const MutableBytes scratch = world_.buffers.scratch();  // used before anybody else can
  const io::IoResult got = co_await io::read_some(stream_, scratch, world_.timers, deadline_);
  if (got.status == io::IoStatus::ok) received_ += as_text(ConstBytes(scratch).first(got.bytes));
  co_return got.status;
}

// Nothing: the status is right, and what the body says decides.
task::Task<std::optional<ProbeOutcome>> Asking::read_head() {
  http::HeadScan scan;
  for (;;) {
    const http::HeadEnd end =
        http::find_head_end(as_bytes(received_), scan, http::HeadKind::response, limits_);
    if (end.status == http::HeadEnd::Status::refused) co_return malformed(end.refusal);
    if (end.status == http::HeadEnd::Status::complete) {
      std::optional<ProbeOutcome> decided = take_head(end.size);
      if (decided || has_answer_) co_return decided;
      scan = http::HeadScan();
      continue;
    }
    const io::IoStatus read = co_await read_more();
    if (read != io::IoStatus::ok) co_return stream_failure(read);
  }
}

std::optional<ProbeOutcome> Asking::take_head(std::size_t size) {
  const auto head = parser_.parse(as_bytes(received_).first(size), http::Asked{});
  if (!head) return malformed(head.error());
  if (head->interim()) {
    if (++interims_ > kInterimsMax) {
      return failure(ProbeResult::malformed, "there was no end of interim answers");
    }
  } else {
    has_answer_ = true;
    if (!options_.status.has(head->status)) {
      return failure(ProbeResult::wrong_status,
                     fmt::format("its status was {}, not {}-{}", head->status,
                                 options_.status.first, options_.status.last));
    }
    if (options_.body.empty()) return ProbeOutcome{};
    decoder_ = http::BodyDecoder(head->body, limits_);
  }
  received_.erase(0, size);
  return std::nullopt;
}

task::Task<ProbeOutcome> Asking::look_for_body() {
  using Status = http::BodyDecoder::Status;
  std::string body;
  std::size_t looked = 0;  // where what is looked for does not begin before
  for (;;) {
    ConstBytes input = as_bytes(received_);
    Status status = Status::more;
    while (status == Status::more && body.size() < options_.body_bytes_max) {
      const http::BodyDecoder::Step step = decoder_.next(input);
      input = input.subspan(step.consumed);
      status = step.status;
      if (status == Status::invalid) co_return malformed(step.refusal);
      body += as_text(
          step.data.first(std::min(step.data.size(), options_.body_bytes_max - body.size())));
      if (step.data.empty() && status == Status::more) break;
    }
    received_.clear();
    if (body.find(options_.body, looked) != std::string::npos) co_return ProbeOutcome();
    looked = body.size() - std::min(body.size(), options_.body.size() - 1);
    if (status == Status::complete || body.size() >= options_.body_bytes_max) break;
    const io::IoStatus read = co_await read_more();
    if (read == io::IoStatus::ok) continue;
    if (read != io::IoStatus::end) co_return stream_failure(read);
    if (decoder_.end_of_input() != Status::complete) co_return stream_failure(read);
    break;
  }
  co_return failure(ProbeResult::wrong_body, "its body did not contain what it must");
}

}  // namespace

task::Task<ProbeOutcome> probe(io::World& world, const ProbeOptions& options, Endpoint backend,
                               TimePoint deadline) {
  Result<std::unique_ptr<io::Stream>> stream = co_await world.connector.connect(backend, deadline);
  while (!stream && stream.error().code == ErrorCode::no_descriptors) {
    const TimePoint now = world.timers.now();
    if (now >= deadline) break;
    const TimePoint until = std::min(deadline, after(now, proxy::kDescriptorPause));
    co_await task::sleep_until(world.run_queue, world.timers, until);
    stream = co_await world.connector.connect(backend, deadline);
  }
  if (!stream) co_return connect_failure(stream.error().code);
  if (options.type == ProbeOptions::Type::tcp) co_return ProbeOutcome();
  Asking asking(world, options, **stream, deadline);
  std::string request = request_text(options, backend);
  co_return co_await asking.ask(std::move(request));
}

}  // namespace weir::control
