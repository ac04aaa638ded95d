// One conversation, cut everywhere: however its bytes come, both sides get the same bytes; and
// wherever an operation fails, nothing is left behind and nothing false is told.

#include <catch2/catch.hpp>

#include "http/body_decoder.hpp"
#include "proxy/http_rig.hpp"
#include "support/faulty_stream.hpp"

using namespace std::chrono_literals;
using namespace weir;
using namespace weir::proxy;
using namespace weir::test;

namespace {

const std::string kChunked = "Transfer-Encoding: chunked\r\n";

// Chunks are framed as they come, so that their contents and trailers are compared.
std::string unchunked(std::string_view text) {
  std::string plain(text.substr(0, text.find("\r\n\r\n") + 4));
  http::Body body{http::Body::Kind::chunked};
  http::BodyDecoder decoder(body, http::Limits{});
  ConstBytes rest = as_bytes(text.substr(plain.size()));
  for (;;) {
    const http::BodyDecoder::Step step = decoder.next(rest);
    plain += as_text(step.data);
    rest = rest.subspan(step.consumed);
    if (step.status == http::BodyDecoder::Status::complete) break;
    if (step.status == http::BodyDecoder::Status::invalid || rest.empty()) return "broken";
  }
  return plain + "|" + std::string(decoder.trailers()) + "|" + std::string(as_text(rest));
}

struct Talk {
  std::string question;
  std::string answer;
};

std::vector<Talk> talks() {
  return {
      {post("/", "hello"), answer("world")},
      {chunked_post("/", "3\r\nabc\r\n2;x\r\nde\r\n0\r\nX-T: 1\r\n\r\n"),
       "HTTP/1.1 100 Continue\r\n\r\n" + answer_head("200 OK", kChunked) +
           "a\r\n0123456789\r\n1\r\nx\r\n0\r\nX-U: 2\r\n\r\n"},
      {"\r\n" + get("/"), answer_head("204 No Content")},
  };
}

void check_question(const Talk& talk, const std::string& asked) {
  if (contains(talk.question, kChunked)) {
    CHECK(unchunked(asked) == unchunked(talk.question));
  } else {
    CHECK(asked == (talk.question.starts_with("\r\n") ? talk.question.substr(2) : talk.question));
  }
}

void check_answer(const Talk& talk, const std::string& answered) {
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
  if (contains(talk.answer, kChunked)) {
    REQUIRE(answered.starts_with(interim));
    CHECK(unchunked(answered.substr(interim.size())) ==
          unchunked(talk.answer.substr(interim.size())));
  } else {
    CHECK(answered == talk.answer);
  }
}

void check(const Talk& talk, const std::string& asked, const std::string& answered) {
  check_question(talk, asked);
  check_answer(talk, answered);
}

// As much as is taken: the other side may be gone.
void offer(HttpRig& rig, io::Stream& stream, std::string_view text) {
  const ConstBytes bytes = as_bytes(text);
  stream.try_write(std::span(&bytes, 1));
  rig.pipes.driver.settle();
}

void say_in_parts(HttpRig& rig, io::Stream& stream, std::string_view text, std::size_t cut) {
  rig.say(stream, text.substr(0, cut));
  rig.say(stream, text.substr(cut));
}

}  // namespace

TEST_CASE("a cut anywhere in what the client sends changes nothing") {
  for (const Talk& talk : talks()) {
    for (std::size_t cut = 1; cut < talk.question.size(); ++cut) {
      CAPTURE(talk.question, cut);
      HttpRig rig;
      auto client = rig.knock();
      say_in_parts(rig, *client, talk.question, cut);
      const std::string asked = rig.hear(rig.backend(0));
      rig.say(rig.backend(0), talk.answer);
      check(talk, asked, rig.hear(*client));
      CHECK(rig.proxy().pool(0).idle() == 1);
    }
  }
}

TEST_CASE("a cut anywhere in what the backend sends changes nothing") {
  for (const Talk& talk : talks()) {
    for (std::size_t cut = 1; cut < talk.answer.size(); ++cut) {
      CAPTURE(talk.answer, cut);
      HttpRig rig;
      auto client = rig.knock();
      rig.say(*client, talk.question);
      const std::string asked = rig.hear(rig.backend(0));
      say_in_parts(rig, rig.backend(0), talk.answer, cut);
      check(talk, asked, rig.hear(*client));
      CHECK(rig.proxy().pool(0).idle() == 1);
    }
  }
}

TEST_CASE("reads and writes of a few bytes change nothing, pipelined requests included") {
  const std::size_t step = GENERATE(1, 2, 7);
  for (const Talk& talk : talks()) {
    HttpRig rig;
    const auto stutter = [step](std::unique_ptr<io::Stream> stream) -> std::unique_ptr<io::Stream> {
      return std::make_unique<FaultyStream>(std::move(stream), Faults{.step_bytes_max = step});
    };
    rig.pipes.wrap_client = stutter;
    rig.pipes.wrap_upstream = stutter;
    auto client = rig.knock();
    rig.say(*client, talk.question + talk.question);
    for (int i = 0; i < 2; ++i) {
      const std::string asked = rig.hear(rig.backend(0));
      rig.say(rig.backend(0), talk.answer);
      check(talk, asked, rig.hear(*client));
    }
    CHECK(rig.pipes.connected.size() == 1);
    CHECK(rig.at_rest());
  }
}

TEST_CASE("a client that fails at any operation leaves nothing behind") {
  const io::IoStatus status = GENERATE(io::IoStatus::reset, io::IoStatus::end, io::IoStatus::failed,
                                       io::IoStatus::timed_out, io::IoStatus::would_block);
  for (const Talk& talk : talks()) {
    std::size_t operations = 1;
    for (std::size_t n = 0; n < operations; ++n) {
      CAPTURE(talk.question, io::to_string(status), n);
      HttpRig rig;
      FaultyStream* faulty = nullptr;
      rig.pipes.wrap_client = [&](std::unique_ptr<io::Stream> s) -> std::unique_ptr<io::Stream> {
        auto wrapped = std::make_unique<FaultyStream>(
            std::move(s), Faults{.fail_at = n, .status = status, .step_bytes_max = 40});
        faulty = wrapped.get();
        return wrapped;
      };
      auto client = rig.knock();
      const std::size_t half = talk.question.size() / 2;
      offer(rig, *client, talk.question.substr(0, half));
      offer(rig, *client, talk.question.substr(half));
      std::string asked;
      if (!rig.pipes.connected.empty()) {
        asked = rig.hear(rig.backend(0));
        offer(rig, rig.backend(0), talk.answer);
      }
      const std::string answered = rig.hear(*client);
      if (status == io::IoStatus::would_block) check(talk, asked, answered);
      if (rig.proxy().open_sessions() > 0) operations = std::max(operations, faulty->operations());
      client.reset();
      CHECK(rig.at_rest());
      CHECK(rig.proxy().open_sessions() == 0);
      CHECK(rig.proxy().pool(0).open(0) == rig.proxy().pool(0).idle());
    }
  }
}

TEST_CASE("a backend's connection that fails at any operation leaves nothing behind") {
  const io::IoStatus status = GENERATE(io::IoStatus::reset, io::IoStatus::end, io::IoStatus::failed,
                                       io::IoStatus::would_block);
  for (const Talk& talk : talks()) {
    std::size_t operations = 1;
    for (std::size_t n = 0; n < operations; ++n) {
      CAPTURE(talk.question, io::to_string(status), n);
      HttpRig rig;
      FaultyStream* faulty = nullptr;
      rig.pipes.wrap_upstream = [&](std::unique_ptr<io::Stream> s) -> std::unique_ptr<io::Stream> {
        auto wrapped = std::make_unique<FaultyStream>(
            std::move(s), Faults{.fail_at = n, .status = status, .step_bytes_max = 40});
        faulty = wrapped.get();
        return wrapped;
      };
      auto client = rig.knock();
      rig.say(*client, talk.question);
      const std::string asked = rig.hear(rig.backend(0));
      offer(rig, rig.backend(0), talk.answer);
      const std::string answered = rig.hear(*client);
      if (rig.proxy().pool(0).idle() == 1) operations = std::max(operations, faulty->operations());
      const bool told = rig.records.size() == 1;
      CHECK(told);
      if (told && rig.record(0).record.end == RequestEnd::complete) {
        check_answer(talk, answered);
      } else if (told && rig.record(0).record.end == RequestEnd::answered_by_us) {
        CHECK(contains(answered, "HTTP/1.1 502 "));
      } else {
        CHECK(rig.record(0).record.end == RequestEnd::truncated);
        CHECK(rig.status(*client) == io::IoStatus::reset);
      }
      client.reset();
      CHECK(rig.at_rest());
      CHECK(rig.proxy().open_sessions() == 0);
    }
  }
}

TEST_CASE("a session that is cancelled at any wait leaves nothing behind") {
  const std::size_t steps = GENERATE(range<std::size_t>(0, 9));
  HttpRig rig;
  rig.options.clusters[0].pool.connections_max = 1;
  rig.pipes.connect_takes = 1s;
  auto client = rig.knock();
  auto other = rig.knock();
  std::vector<std::function<void()>> script = {
      [&] { rig.say(*client, get("/").substr(0, 9)); },
      [&] { rig.say(*client, get("/").substr(9)); },  // connects
      [&] { rig.say(*other, post("/", "queued")); },
      [&] { rig.pipes.driver.advance(1s); },  // asked
      [&] { rig.say(rig.backend(0), answer_head("200 OK", kChunked) + "1\r\na\r\n"); },
      [&] {
        for (int i = 0; i < 2; ++i)
          rig.say(rig.backend(0), "fa0\r\n" + std::string(4000, 'x') + "\r\n");
      },  // the client takes no more
      [&] { rig.hear(*client); },
      [&] { rig.say(rig.backend(0), "0\r\n\r\n"); },
      [&] { rig.say(*client, "BAD\r\n\r\n"); },  // lingers
  };
  for (std::size_t i = 0; i < steps; ++i) script[i]();
  rig.cancel();
  CHECK(rig.balance.in_flight() == 0);
  const auto cancelled = std::ranges::count_if(
      rig.records, [](const KeptRecord& kept) { return kept.record.end == RequestEnd::cancelled; });
  CHECK(cancelled == (steps < 2 ? 0 : steps == 2 ? 1 : steps < 8 ? 2 : 1));
}
