#include "sim/model/serving.hpp"

#include <utility>

#include "sim/model/wire.hpp"

namespace weir::sim::model {
namespace {

Random random_of(const Backend& backend) {
  StreamKey key;
  key.seed = backend.seed;
  key.purpose = "backend connection";
  key.entity = mix(backend.host, backend.accepted);
  return Random(key);
}

// The first header also says on which lane the answer goes.
void open_answer_lane(Serving& serving) {
  if (serving.channel.is_open()) return;
  Witness& witness = serving.backend.witness;
  const std::uint64_t connection = serving.channel.header().connection;
  serving.channel.open(witness.open_lane(connection, Way::down, serving.backend.host));
}

task::Task<> think(Serving& serving) {
  const Duration service = serving.backend.options.service.draw(serving.random);
  const TimePoint done = after(serving.world.timers.now(), service);
  co_await task::sleep_until(serving.world.run_queue, serving.world.timers, done);
}

}  // namespace

Serving::Serving(io::World& owner, Backend& server, std::unique_ptr<io::Stream> stream)
    : world(owner),
      backend(server),
      random(random_of(server)),
      channel(owner, std::move(stream), server.witness, Way::down,
              draw_manners(server.options.manners, random)) {
  ++server.accepted;
}

task::Task<Step> converse(Serving& serving) {
  switch (serving.backend.options.protocol) {
    case Protocol::echo: return echo(serving);
    case Protocol::answer: return answer_requests(serving);
    case Protocol::sink: return sink(serving);
    case Protocol::source: return source(serving);
  }
  return echo(serving);
}

// Sends each portion back before it reads the next, so that a client that does not read is felt as
// one that may not send.
task::Task<Step> echo(Serving& serving) {
  Channel& channel = serving.channel;
  const Step began = co_await channel.receive_header(kNever);
  if (began != Step::ok) co_return began;
  open_answer_lane(serving);
  const Message message(channel.header(), Way::up);
  const bool at_once = !serving.backend.options.answers_after_end;
  co_await think(serving);
  std::uint64_t echoed = 0;
  std::uint64_t received = kHeaderBytes;
  for (;;) {
    if (at_once) {
      const Step sent = co_await channel.send(message, echoed, received, kNever);
      if (sent != Step::ok) co_return sent;
      echoed = received;
    }
    if (received == message.size()) break;
    const std::uint64_t from = received - kHeaderBytes;
    const Step got =
        co_await channel.receive_some(message.body, from, message.header.body_bytes, kNever);
    if (got != Step::ok) co_return got;
    received += channel.got();
  }
  const Step ended = co_await channel.receive_end(kNever);
  if (ended != Step::ok) co_return ended;
  const Step sent = co_await channel.send(message, echoed, received, kNever);
  if (sent != Step::ok) co_return sent;
  channel.end_sending();
  co_return Step::ok;
}

task::Task<Step> answer_requests(Serving& serving) {
  Channel& channel = serving.channel;
  for (;;) {
    const Step began = co_await channel.receive_header(kNever);
    if (began != Step::ok) co_return began;
    open_answer_lane(serving);
    const Header request = channel.header();
    const Payload body(request.connection, request.request, Way::up);
    const Step got = co_await channel.receive_body(body, request.body_bytes, kNever);
    if (got != Step::ok) co_return got;
    co_await think(serving);
    Header reply = request;
    reply.body_bytes = request.answer_bytes;
    const Message answer(reply, Way::down);
    const Step sent = co_await channel.send(answer, 0, answer.size(), kNever);
    if (sent != Step::ok) co_return sent;
  }
}

task::Task<Step> sink(Serving& serving) {
  Channel& channel = serving.channel;
  channel.keep_checksum();
  const Step began = co_await channel.receive_header(kNever);
  if (began != Step::ok) co_return began;
  open_answer_lane(serving);
  const Header request = channel.header();
  const Payload body(request.connection, request.request, Way::up);
  const Step got = co_await channel.receive_body(body, request.body_bytes, kNever);
  if (got != Step::ok) co_return got;
  const Step ended = co_await channel.receive_end(kNever);
  if (ended != Step::ok) co_return ended;
  co_await think(serving);
  Header summary = request;
  summary.answer_bytes = channel.checksum().value();
  const Message answer(summary, Way::down);
  const Step sent = co_await channel.send(answer, 0, kHeaderBytes, kNever);
  if (sent != Step::ok) co_return sent;
  channel.end_sending();
  co_return Step::ok;
}

task::Task<Step> source(Serving& serving) {
  Channel& channel = serving.channel;
  Lane& lane = serving.backend.witness.open_served_lane(serving.backend.host);
  channel.open(lane);
  co_await think(serving);
  Header header;
  header.connection = lane.connection;
  header.body_bytes = serving.backend.options.source_bytes.draw(serving.random);
  const Message message(header, Way::down);
  const Step sent = co_await channel.send(message, 0, message.size(), kNever);
  if (sent != Step::ok) co_return sent;
  channel.end_sending();
  co_return co_await channel.receive_end(kNever);
}

}  // namespace weir::sim::model
