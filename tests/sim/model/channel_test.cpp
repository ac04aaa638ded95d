#include "sim/model/channel.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "base/assert.hpp"
#include "sim/model/notes.hpp"
#include "support/driver.hpp"

using namespace weir;
using namespace weir::sim::model;
using namespace std::chrono_literals;
using weir::sim::model::test::Notes;
using weir::test::Running;

namespace {

// A Channel at the client's end, whose other end the test holds as a plain stream.
struct Rig {
  explicit Rig(Manners manners = {})
      : listener(*far.world().listeners.listen(far.at(9000), io::ListenOptions())),
        connect(near.world().connector.connect(far.at(9000), kNever)) {
    pass(10ms);
    peer = listener->try_accept().stream;
    channel.emplace(near.world(), std::move(*connect.take()), notes, Way::up, manners);
    channel->open(notes.open_lane(0, Way::up, 0));
  }

  void pass(Duration time) { kernel.run_until(kernel.now() + time); }

  void send_raw(ConstBytes bytes) {
    REQUIRE(peer->try_write(std::span(&bytes, 1)).bytes == bytes.size());
    pass(10ms);
  }
  std::size_t read_raw(std::size_t bytes) {
    std::vector<std::byte> into(bytes);
    return peer->try_read(into).bytes;
  }

  Notes notes;
  sim::Kernel kernel{1};
  sim::Network network{kernel};
  sim::Host& near = network.add_host("near");
  sim::Host& far = network.add_host("far");
  std::unique_ptr<io::Listener> listener;
  Running<Result<std::unique_ptr<io::Stream>>> connect;
  std::unique_ptr<io::Stream> peer;
  std::optional<Channel> channel;
};

Message message_of(std::uint64_t body_bytes) {
  Header header;
  header.body_bytes = body_bytes;
  return Message(header, Way::up);
}

}  // namespace

TEST_CASE("a channel sends the header and the derived body, in any portions") {
  Rig rig;
  const Message message = message_of(100);
  Running<Step> first(rig.channel->send(message, 0, 50, kNever));
  Running<Step> second(rig.channel->send(message, 50, 132, kNever));
  rig.pass(10ms);
  REQUIRE(second.take() == Step::ok);
  std::vector<std::byte> got(200);
  const io::IoResult read = rig.peer->try_read(got);
  REQUIRE(read.bytes == 132);
  HeaderBytes head{};
  std::copy_n(got.begin(), kHeaderBytes, head.begin());
  CHECK(decode(head) == message.header);
  CHECK(message.body.is_same(ConstBytes(got).subspan(kHeaderBytes, 100), 0));
  CHECK(rig.notes.lane(Way::up).sent == 132);
}

TEST_CASE("a channel reports bytes that are no header") {
  Rig rig;
  rig.send_raw(as_bytes("HTTP/1.1 200 OK and some more text"));
  Running<Step> got(rig.channel->receive_header(kNever));
  CHECK(got.take() == Step::corrupt);
  REQUIRE(rig.notes.stories.size() == 1);
  CHECK_THAT(rig.notes.stories[0], Catch::Contains("no header"));
}

TEST_CASE("a channel reports the first wrong byte of a body") {
  Rig rig;
  rig.notes.open_lane(0, Way::down, 1);
  const Header header{.body_bytes = 64};
  const Payload body(0, 0, Way::down);
  std::vector<std::byte> bytes(kHeaderBytes + 64);
  std::ranges::copy(encode(header), bytes.begin());
  body.fill(MutableBytes(bytes).subspan(kHeaderBytes), 0);
  bytes[kHeaderBytes + 20] ^= std::byte{1};
  rig.send_raw(bytes);
  Running<Step> head(rig.channel->receive_header(kNever));
  REQUIRE(head.take() == Step::ok);
  Running<Step> got(rig.channel->receive_body(body, 64, kNever));
  CHECK(got.take() == Step::corrupt);
  REQUIRE(rig.notes.stories.size() == 1);
  CHECK_THAT(rig.notes.stories[0], Catch::Contains("wrong from byte 20 on"));
}

TEST_CASE("a channel reports bytes after the last message") {
  Rig rig;
  rig.send_raw(as_bytes("more"));
  Running<Step> got(rig.channel->receive_end(kNever));
  CHECK(got.take() == Step::corrupt);
  CHECK_THAT(rig.notes.stories.at(0), Catch::Contains("4 bytes came where the end should be"));
}

TEST_CASE("a channel gives up at its deadline") {
  Rig rig;
  const TimePoint deadline = rig.kernel.now() + 3s;
  Running<Step> got(rig.channel->receive_header(deadline));
  rig.pass(2999ms);
  CHECK_FALSE(got.ended());
  rig.pass(2ms);
  CHECK(got.take() == Step::gave_up);
}

TEST_CASE("an end before any header is told as nameless") {
  Rig rig;
  rig.send_raw(as_bytes("WEIR"));
  rig.peer->shutdown_write();
  rig.pass(10ms);
  Running<Step> got(rig.channel->receive_header(kNever));
  CHECK(got.take() == Step::end);
  CHECK(rig.notes.nameless_ends == std::vector<std::uint64_t>{4});
}

TEST_CASE("closing a channel ends its lane; aborting breaks it") {
  Rig rig;
  SECTION("closing") {
    rig.channel.reset();
    CHECK(rig.notes.lane(Way::up).ended);
    CHECK_FALSE(rig.notes.lane(Way::up).broken);
  }
  SECTION("aborting") {
    rig.channel->abort();
    rig.channel.reset();
    CHECK(rig.notes.lane(Way::up).broken);
    CHECK_FALSE(rig.notes.lane(Way::up).ended);
  }
}

TEST_CASE("a channel that sends slowly keeps to its rate") {
  Rig rig(Manners{.send_rate = 1000});
  Running<Step> sent(rig.channel->send(message_of(2000 - kHeaderBytes), 0, 2000, kNever));
  rig.pass(1s);
  CHECK_FALSE(sent.ended());
  const std::size_t half = rig.read_raw(5000);
  CHECK(half > 900);
  CHECK(half < 1200);
  rig.pass(1s);
  CHECK(sent.ended());
}

TEST_CASE("trouble comes exactly at its byte") {
  Manners manners;
  manners.trouble.after_sent = 77;
  SECTION("as a reset") {
    manners.trouble.how = Trouble::How::reset;
    Rig rig(manners);
    Running<Step> sent(rig.channel->send(message_of(200), 0, 232, kNever));
    CHECK(sent.take() == Step::quit);
    CHECK(rig.notes.lane(Way::up).sent == 77);
    CHECK(rig.notes.lane(Way::up).broken);
  }
  SECTION("as an end") {
    manners.trouble.how = Trouble::How::end;
    Rig rig(manners);
    Running<Step> sent(rig.channel->send(message_of(200), 0, 232, kNever));
    rig.pass(10ms);
    CHECK(sent.take() == Step::quit);
    CHECK(rig.notes.lane(Way::up).ended);
    CHECK(rig.read_raw(500) == 77);
    std::byte one{};
    CHECK(rig.peer->try_read(std::span(&one, 1)).status == io::IoStatus::end);
  }
  SECTION("as hanging, up to the deadline") {
    manners.trouble.how = Trouble::How::hang;
    Rig rig(manners);
    const TimePoint deadline = rig.kernel.now() + 5s;
    Running<Step> sent(rig.channel->send(message_of(200), 0, 232, deadline));
    rig.pass(4s);
    CHECK_FALSE(sent.ended());
    rig.pass(2s);
    CHECK(sent.take() == Step::gave_up);
    CHECK(rig.read_raw(500) == 77);
  }
}
