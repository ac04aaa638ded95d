// Any conversation of a few clients with a few backends: honest ones, whose every request gets its
// own answer, in order; and hostile ones, of whom no client may believe what they did not say.

#include <algorithm>
#include <map>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "http/head_writer.hpp"
#include "proxy/http_model.hpp"
#include "proxy/http_rig.hpp"

using namespace std::chrono_literals;
using namespace weir;
using namespace weir::proxy;
using namespace weir::test;

namespace {

using Numbers = std::vector<std::uint32_t>;

constexpr std::string_view kLetters = "{|}";  // one for each client; in no head

// A request and its answer, out of one number.
struct Turn {
  std::string path;
  std::string method;
  std::string request;
  std::string body;    // of the request
  std::string answer;  // as an honest backend sends it
  std::string content;
  bool closes = false;  // the answer ends with its connection
};

std::string chunks_of(std::string_view body, std::size_t size) {
  std::string text;
  for (; !body.empty(); body.remove_prefix(std::min(size, body.size()))) {
    const std::string_view piece = body.substr(0, size);
    http::append_chunk_head(text, piece.size());
    text.append(piece).append("\r\n");
  }
  return text + "0\r\n\r\n";
}

Turn make_turn(std::size_t client, std::size_t index, std::uint32_t number) {
  const auto draw = [&number](std::uint32_t below) {
    const std::uint32_t drawn = number % below;
    number /= below;
    return drawn;
  };
  Turn turn;
  turn.path = "/" + std::to_string(client) + "-" + std::to_string(index);
  const std::uint32_t kind = draw(5);
  const std::size_t size = draw(2) == 0 ? draw(8) : draw(9000);
  turn.body = std::string(size, kLetters[client]);
  if (kind == 0) turn.request = get(turn.path);
  if (kind == 1) turn.request = "HEAD" + get(turn.path).substr(3);
  if (kind == 2) turn.request = post(turn.path, turn.body);
  if (kind == 3) turn.request = chunked_post(turn.path, chunks_of(turn.body, 1 + draw(50)));
  if (kind == 4) turn.request = "\r\nDELETE" + get(turn.path).substr(3);
  if (kind != 2 && kind != 3) turn.body.clear();
  turn.method = kind == 1 ? "HEAD" : "other";
  const std::uint32_t framing = draw(5);
  turn.content = std::string(draw(2) == 0 ? draw(8) : draw(9000), kLetters[client]);
  if (framing == 0) turn.content.clear();
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  if (framing == 0) turn.answer = answer_head("204 No Content");
  if (framing == 1) turn.answer = answer(turn.content);
  if (framing == 2)
    turn.answer = answer_head("200 OK", chunked) + chunks_of(turn.content, 1 + draw(60));
  if (framing == 3) turn.answer = answer_head("200 OK") + turn.content;
  if (framing == 4) turn.answer = "HTTP/1.1 103 Hints\r\n\r\n" + answer(turn.content);
  turn.closes = framing == 3;
  if (kind == 1) {
    turn.answer.resize(turn.answer.rfind("\r\n\r\n") + 4);
    turn.content.clear();
  }
  return turn;
}

class Play {
 public:
  explicit Play(const std::vector<Numbers>& numbers) : rig(2) {
    rig.options.clusters[0].pool.connections_max = 2;
    for (std::size_t c = 0; c < numbers.size(); ++c) {
      turns.emplace_back();
      for (const std::uint32_t number : numbers[c]) {
        turns[c].push_back(make_turn(c, turns[c].size(), number));
      }
      streams.push_back(rig.knock());
      clients.emplace_back(*streams.back());
      for (const Turn& turn : turns[c]) clients[c].outbox += turn.request;
    }
  }
  virtual ~Play() = default;

  void run(const Numbers& steps) {
    std::size_t still = 0;
    for (std::size_t round = 0; still < 3 && round < 100'000; ++round) {
      const std::size_t step = steps.empty() ? 5000 : 1 + steps[round % steps.size()] % 3000;
      bool moved = false;
      for (Wire& client : clients) moved |= client.pump(step);
      rig.pipes.driver.settle();
      while (backends.size() < rig.pipes.connected.size()) {
        backends.emplace_back(*rig.pipes.connected[backends.size()]);
        leaving.push_back(false);
      }
      for (std::size_t b = 0; b < backends.size(); ++b) {
        moved |= backends[b].pump(step);
        react(b);
      }
      rig.pipes.driver.settle();
      still = moved ? 0 : still + 1;
    }
  }

  const Turn& turn_of(const std::string& path) {
    const std::size_t dash = path.find('-');
    return turns.at(std::stoul(path.substr(1, dash - 1))).at(std::stoul(path.substr(dash + 1)));
  }

  HttpRig rig;
  std::vector<std::vector<Turn>> turns;
  std::vector<std::unique_ptr<io::Stream>> streams;
  std::vector<Wire> clients;
  std::deque<Wire> backends;
  std::vector<bool> leaving;  // a backend closes behind what it sends

 protected:
  virtual void answer_request(std::size_t backend, const Message& request) = 0;
  virtual void leave(std::size_t backend) { backends[backend].stream.shutdown_write(); }

 private:
  void react(std::size_t b) {
    Message request;
    while (!leaving[b] && take_request(backends[b].inbox, request) == Reading::complete) {
      answer_request(b, request);
    }
    if (leaving[b] && backends[b].outbox.empty() && !gone_[b]) {
      gone_[b] = true;
      leave(b);
    }
  }
  std::map<std::size_t, bool> gone_;
};

struct HonestPlay final : Play {
  using Play::Play;
  void answer_request(std::size_t backend, const Message& request) override {
    const Turn& turn = turn_of(request.path);
    if (request.body != turn.body) wrong_bodies.push_back(request.path);
    asked.push_back(request.path);
    backends[backend].outbox += turn.answer;
    leaving[backend] = turn.closes;
  }
  std::vector<std::string> wrong_bodies;
  std::vector<std::string> asked;
};

// Says something else than it would, and perhaps leaves.
struct HostilePlay final : Play {
  HostilePlay(const std::vector<Numbers>& numbers, const Numbers& mischief)
      : Play(numbers), mischief_(mischief) {}

  struct Said {
    Reading reading;
    Message message;
  };

  void answer_request(std::size_t backend, const Message& request) override {
    const Turn& turn = turn_of(request.path);
    std::string text = turn.answer;
    const std::uint32_t changes = draw(3);
    for (std::uint32_t i = 0; i < changes; ++i) mutate(text);
    const std::uint32_t end = turn.closes ? 1 + draw(2) : draw(5);
    leaving[backend] = end == 1 || end == 2;
    resets_[backend] = end == 2;
    Said what;
    std::string rest = text;
    what.reading = take_answer(rest, turn.method, end == 1, what.message);
    said[request.path].push_back(what);
    backends[backend].outbox += text;
  }

  void leave(std::size_t backend) override {
    if (resets_[backend]) return backends[backend].stream.abort();
    Play::leave(backend);
  }

  std::map<std::string, std::vector<Said>> said;

 private:
  std::uint32_t draw(std::uint32_t below) {
    if (mischief_.empty()) return 0;
    return mischief_[at_++ % mischief_.size()] % below;
  }

  void mutate(std::string& text) {
    constexpr std::string_view kBytes = "\r\n0159af:; xHTP/.-_\t";
    if (text.empty()) return;
    const std::size_t at =
        draw(static_cast<std::uint32_t>(std::min<std::size_t>(text.size(), 200)));
    switch (draw(6)) {
      case 0: text[at] = kBytes[draw(static_cast<std::uint32_t>(kBytes.size()))]; break;
      case 1: text.insert(at, 1, kBytes[draw(static_cast<std::uint32_t>(kBytes.size()))]); break;
      case 2: text.erase(at, 1 + draw(4)); break;
      case 3: text.resize(text.size() - at); break;
      case 4: text += text; break;
      default: text.insert(at, text.substr(0, 1 + draw(60))); break;
    }
  }

  const Numbers& mischief_;
  std::size_t at_ = 0;
  std::map<std::size_t, bool> resets_;
};

const auto kNumbers = [] { return rc::gen::arbitrary<Numbers>(); };

std::vector<Numbers> conversation() {
  const auto clients = *rc::gen::inRange<std::size_t>(1, 4);
  const auto number = rc::gen::inRange<std::uint32_t>(0, 2'000'000'000);
  const auto numbers = rc::gen::resize(8, rc::gen::container<Numbers>(number));
  return *rc::gen::container<std::vector<Numbers>>(clients, numbers);
}

}  // namespace

TEST_CASE("each request gets its own answer, in order, whatever is asked and however it comes") {
  rc::prop("honest backends", [] {
    HonestPlay play(conversation());
    const Numbers steps = *kNumbers();
    play.run(steps);
    RC_ASSERT(play.wrong_bodies.empty());
    std::size_t turns = 0;
    for (std::size_t c = 0; c < play.clients.size(); ++c) {
      for (const Turn& turn : play.turns[c]) {
        Message got;
        RC_ASSERT(take_answer(play.clients[c].inbox, turn.method, false, got) == Reading::complete);
        RC_ASSERT(got.body == turn.content);
        ++turns;
      }
      RC_ASSERT(play.clients[c].inbox.empty());
      RC_ASSERT(!play.clients[c].broken);
    }
    RC_ASSERT(play.asked.size() == turns);
    RC_ASSERT(play.rig.at_rest());
    RC_ASSERT(play.rig.proxy().counters().complete == turns);
  });
}

TEST_CASE("no client takes for an answer what its backend did not say, nor another's bytes") {
  rc::prop("hostile backends", [] {
    const std::vector<Numbers> numbers = conversation();
    const Numbers mischief = *kNumbers();
    HostilePlay play(numbers, mischief);
    const Numbers steps = *kNumbers();
    for (int i = 0; i < 3; ++i) {
      play.run(steps);
      play.rig.pipes.driver.advance(100s);  // who waits for the rest of something gives up
    }
    for (std::size_t c = 0; c < play.clients.size(); ++c) {
      Wire& client = play.clients[c];
      for (std::size_t other = 0; other < kLetters.size(); ++other) {
        if (other != c) RC_ASSERT(!contains(client.inbox, kLetters.substr(other, 1)));
      }
      for (const Turn& turn : play.turns[c]) {
        Message got;
        const Reading reading = take_answer(client.inbox, turn.method, false, got);
        if (reading != Reading::complete) {
          RC_ASSERT(reading == Reading::incomplete);
          break;
        }
        if (contains(got.head, "Proxy-Status: weir")) continue;
        const auto& said = play.said[turn.path];
        RC_ASSERT(std::ranges::any_of(said, [&](const HostilePlay::Said& one) {
          return one.reading == Reading::complete && one.message.status == got.status &&
                 one.message.body == got.body;
        }));
      }
    }
    play.rig.pipes.driver.advance(200s);
    RC_ASSERT(play.rig.at_rest());
  });
}
