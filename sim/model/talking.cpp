#include "sim/model/talking.hpp"

#include <utility>

#include <fmt/format.h>

#include "sim/model/wire.hpp"
#include "task/race.hpp"

namespace weir::sim::model {
namespace {

Random random_of(const Client& client, std::uint64_t connection) {
  StreamKey key;
  key.seed = client.seed;
  key.purpose = "client connection";
  key.entity = connection;
  return Random(key);
}

task::Task<> send_request(Talking& talking, Message message) {
  Channel& channel = talking.channel;
  talking.sent = co_await channel.send(message, 0, message.size(), talking.deadline);
  if (talking.sent == Step::ok && talking.client.options.half_close) channel.end_sending();
}

Step check_header(Channel& channel, const Header& expected) {
  if (channel.header() == expected) return Step::ok;
  channel.corrupt(fmt::format("request {}: the header is of request {}, {} bytes", expected.request,
                              channel.header().request, channel.header().body_bytes));
  return Step::corrupt;
}

task::Task<> receive_echo(Talking& talking, Message message) {
  Channel& channel = talking.channel;
  talking.received = co_await channel.receive_header(talking.deadline);
  if (talking.received == Step::ok) talking.received = check_header(channel, message.header);
  if (talking.received == Step::ok) {
    const std::uint64_t bytes = message.header.body_bytes;
    talking.received = co_await channel.receive_body(message.body, bytes, talking.deadline);
  }
  if (talking.received != Step::ok) channel.abort();  // wakes the sending half, if it waits
}

// Both ends, after all that there was to say.
task::Task<Step> close(Talking& talking) {
  talking.channel.end_sending();
  co_return co_await talking.channel.receive_end(talking.deadline);
}

task::Task<> sleep(Talking& talking, Duration time) {
  const TimePoint until = after(talking.world.timers.now(), time);
  co_await task::sleep_until(talking.world.run_queue, talking.world.timers, until);
}

task::Task<Step> ask_once(Talking& talking, bool is_last) {
  Channel& channel = talking.channel;
  const Header request = talking.next_request();
  const Message message(request, Way::up);
  const Step sent = co_await channel.send(message, 0, message.size(), talking.deadline);
  if (sent != Step::ok) co_return sent;
  if (is_last && talking.client.options.half_close) channel.end_sending();
  const Step began = co_await channel.receive_header(talking.deadline);
  if (began != Step::ok) co_return began;
  Header expected = request;
  expected.body_bytes = request.answer_bytes;
  if (check_header(channel, expected) != Step::ok) co_return Step::corrupt;
  const Payload answer(request.connection, request.request, Way::down);
  co_return co_await channel.receive_body(answer, expected.body_bytes, talking.deadline);
}

}  // namespace

task::Task<Step> converse(Talking& talking) {
  switch (talking.client.options.protocol) {
    case Protocol::echo: return echo(talking);
    case Protocol::answer: return ask(talking);
    case Protocol::sink: return fill_sink(talking);
    case Protocol::source: return drain_source(talking);
  }
  return echo(talking);
}

task::Task<Step> echo(Talking& talking) {
  const Message message(talking.next_request(), Way::up);
  co_await task::both(send_request(talking, message), receive_echo(talking, message));
  if (talking.sent == Step::quit) co_return Step::quit;
  if (talking.received != Step::ok) co_return talking.received;
  if (talking.sent != Step::ok) co_return talking.sent;
  co_await sleep(talking, talking.client.options.hold);
  co_return co_await close(talking);
}

task::Task<Step> ask(Talking& talking) {
  const ClientOptions& options = talking.client.options;
  for (std::uint32_t request = 0; request < options.requests; ++request) {
    if (request > 0) {
      const Duration thinking = options.think.draw(talking.random);
      co_await sleep(talking, thinking);
      talking.visit.begin_exchange();
      talking.deadline = talking.patience_from_now();
    }
    const bool is_last = request + 1 == options.requests;
    const Step step = co_await ask_once(talking, is_last);
    talking.visit.end_exchange(outcome_of(step));
    if (step != Step::ok) co_return step;
  }
  co_await sleep(talking, options.hold);
  talking.deadline = talking.patience_from_now();
  co_return co_await close(talking);
}

task::Task<Step> fill_sink(Talking& talking) {
  Channel& channel = talking.channel;
  const Message message(talking.next_request(), Way::up);
  const Step sent = co_await channel.send(message, 0, message.size(), talking.deadline);
  if (sent != Step::ok) co_return sent;
  channel.end_sending();
  const Step began = co_await channel.receive_header(talking.deadline);
  if (began != Step::ok) co_return began;
  Header expected = message.header;
  expected.answer_bytes =
      checksum_of(message.body, message.header.body_bytes, talking.world.buffers.scratch()).value();
  if (check_header(channel, expected) != Step::ok) co_return Step::corrupt;
  co_return co_await channel.receive_end(talking.deadline);
}

task::Task<Step> drain_source(Talking& talking) {
  Channel& channel = talking.channel;
  if (talking.client.options.half_close) channel.end_sending();
  const Step began = co_await channel.receive_header(talking.deadline);
  if (began != Step::ok) co_return began;
  const Header header = channel.header();
  const Payload body(header.connection, header.request, Way::down);
  const Step got = co_await channel.receive_body(body, header.body_bytes, talking.deadline);
  if (got != Step::ok) co_return got;
  const Step ended = co_await channel.receive_end(talking.deadline);
  if (ended != Step::ok) co_return ended;
  co_await sleep(talking, talking.client.options.hold);
  channel.end_sending();
  co_return Step::ok;
}

Talking::Talking(io::World& owner, Client& user, Visit& its_visit,
                 std::unique_ptr<io::Stream> stream)
    : world(owner),
      client(user),
      visit(its_visit),
      random(random_of(user, its_visit.connection())),
      channel(owner, std::move(stream), user.witness, Way::up,
              draw_manners(user.options.manners, random)) {
  channel.open(user.witness.open_lane(visit.connection(), Way::up, user.host));
}

Header Talking::next_request() {
  Header header;
  header.connection = visit.connection();
  header.request = visit.request();
  header.body_bytes = client.options.request_bytes.draw(random);
  if (client.options.protocol == Protocol::answer) {
    header.answer_bytes = client.options.answer_bytes.draw(random);
  }
  return header;
}

TimePoint Talking::patience_from_now() const noexcept {
  return after(world.timers.now(), client.options.patience);
}

Visit::Visit(Witness& witness, std::uint32_t host)
    : witness_(witness), connection_(witness.connecting(host)) {}

Visit::~Visit() {
  end_exchange(Outcome::abandoned);
  witness_.closed(connection_, cleanly_);
}

void Visit::begin_exchange() {
  exchanging_ = true;
  witness_.exchange_begun(connection_, request_);
}

void Visit::end_exchange(Outcome outcome) {
  if (!exchanging_) return;
  exchanging_ = false;
  witness_.exchange_ended(connection_, request_, outcome);
  ++request_;
}

}  // namespace weir::sim::model
