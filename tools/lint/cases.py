"""Cases for the rules about C++ code. Lines that end in `// fires` must fire, all others not."""

from typing import NamedTuple


class Case(NamedTuple):
    rule: str
    path: str
    text: str
    lines: tuple = None  # where it fires, when marks cannot say it
    beside: dict = {}  # other files of the tree


LAYERS = (
    Case("layers", "src/io/stream.cpp", """\
#include "io/stream.hpp"
#include "task/event.hpp"
#include "base/bytes.hpp"
#include <vector>
// #include "proxy/session.hpp"
const char* text = "\\n#include \\"app/main.hpp\\"";
#include "proxy/session.hpp"  // fires
#  include  "http/parser.hpp"  // fires
#include <lb/picker.hpp>  // fires
#include "stream.hpp"  // fires
#include "../base/bytes.hpp"  // fires
#include "sim/world/host.hpp"  // fires
"""),
    Case("layers", "src/lb/picker.hpp", """\
#include "base/random.hpp"
#include "lb/backend.hpp"
#include "io/stream.hpp"  // fires
#include "task/task.hpp"  // fires
#include "http/head.hpp"  // fires
"""),
    Case("layers", "src/tls/tls_stream.hpp", """\
#include "base/bytes.hpp"
#include "io/stream.hpp"
#include "tls/context.hpp"
#include "task/task.hpp"
#include "http/head.hpp"  // fires
#include "proxy/session.hpp"  // fires
"""),
    Case("layers", "src/proxy/session.cpp", """\
#include "lb/picker.hpp"
#include "config/plain.hpp"  // fires
#include "real/socket.hpp"  // fires
#include "app/main.hpp"  // fires
"""),
    Case("layers", "src/app/main.cpp", '#include "real/socket.hpp"\n'),
    Case("layers", "src/fancy/a.cpp", '#include "base/time.hpp"  // fires\n'),
    Case("layers", "sim/world/network.cpp", """\
#include "sim/world/network.hpp"
#include "config/plain.hpp"
#include "real/socket.hpp"  // fires
#include "app/main.hpp"  // fires
#include "network.hpp"  // fires
"""),
    Case("layers", "sim/app/main.cpp", """\
#include "app/command_line.hpp"
#include "real/socket.hpp"  // fires
"""),
    Case("layers", "tests/lb/picker_test.cpp", '#include "app/main.hpp"\n#include "helper.hpp"\n'),
    Case("libraries", "src/proxy/a.cpp", """\
#include <asio/ip/tcp.hpp>  // fires
#include <asio.hpp>  // fires
#include <boost/asio.hpp>  // fires
#include <openssl/ssl.h>  // fires
#include <asiolike.hpp>
// #include <asio.hpp>
"""),
    Case("libraries", "src/real/a.cpp", """\
#include <asio.hpp>
#include <openssl/ssl.h>  // fires
"""),
    Case("libraries", "src/tls/a.cpp", """\
#include <openssl/ssl.h>
#include <asio.hpp>  // fires
"""),
    Case("libraries", "tests/transport/a.cpp", "#include <asio.hpp>\n"),
    Case("libraries", "tests/io/a.cpp", "#include <asio.hpp>  // fires\n"),
    Case("libraries", "tools/bench/a.cpp", "#include <asio.hpp>  // fires\n"),
)

AMBIENT_TEXT = """\
#include <sys/socket.h>  // fires
#include <unistd.h>  // fires
#include <chrono>
#include <ctime>
auto a = std::chrono::steady_clock::now();  // fires
auto b = system_clock :: now();  // fires
std::chrono::steady_clock::time_point stored;
auto c = timers.now();
std::random_device device;  // fires
int d = rand() + std::rand();  // fires
int e = dice.rand() + dice->rand() + dice::rand() + operand(1);
srand(1);  // fires
std::jthread worker;  // fires
std::this_thread::yield();  // fires
thread_count(std::thread_count);
auto f = getenv("HOME");  // fires
auto g = time(nullptr) + std::time(NULL);  // fires
auto h = uptime(nullptr) + clock.time(nullptr);
::gettimeofday(&tv, nullptr);  // fires
std::uniform_int_distribution<int> i(1, 6);  // fires
latency_distribution(i);
std::shuffle(x.begin(), x.end(), j);  // fires
riffle_shuffle(x);
std::mt19937 k;  // fires
std::hash<std::string> l;  // fires
trace_hash.add(l);
std::cout << 1;  // fires
std::printf("steady_clock::now()");  // fires
std::snprintf(buffer, 10, "std::cout");
// std::thread getenv( std::cerr
auto m = R"(std::thread)";
"""

PORTABLE = (
    Case("ambient", "src/proxy/session.cpp", AMBIENT_TEXT),
    Case("ambient", "src/real/socket.cpp", AMBIENT_TEXT.replace("  // fires", "")),
    Case("ambient", "sim/app/main.cpp", "int main() { std::cout << getenv(\"A\"); }\n"),
    Case("ambient", "sim/world/a.cpp", "void f() { std::cerr << 1; }  // fires\n"),
    Case("ambient", "src/base/assert.cpp", """\
void fail() { std::fprintf(stderr, "x"); }
auto a = getenv("A");  // fires
"""),
    Case("ambient", "tests/a.cpp", "std::thread t;\n"),
    Case("no-exceptions", "src/http/parser.cpp", """\
void f() noexcept;  // throw try { catch (
void g() {
  try {  // fires
    throw 1;  // fires
  } catch (...) {  // fires
  }
  const char* c = "throw";
  stream.try_read(into);
  int try_count{0}, rethrow{0}, catch_all(0);
}
"""),
    Case("no-exceptions", "src/app/main.cpp", "void f() { try { throw 1; } catch (...) {} }\n"),
    Case("simulated", "src/proxy/session.cpp", """\
if (world.is_simulated()) return;  // fires
bool isSimulated = true;  // fires
#ifdef WEIR_SIMULATION  // fires
#endif
if (simulated) return;  // fires
if (mode() == Mode::simulated && (a || b)) return;  // fires
if (ready()) run(simulated_load);
// is_simulated, the simulation
log("is_simulated");
"""),
    Case("simulated", "sim/world/a.cpp", "if (simulated) return;\n"),
    Case("floats", "src/lb/ewma.cpp", """\
double rate;  // fires
float f(int);  // fires
long double x;  // fires
int doubled = double_it(2);  // a double
auto name = "double";
"""),
    Case("floats", "src/observe/histogram.cpp", "double quantile(double q);\n"),
    Case("shared-ptr", "src/io/pipe.cpp", """\
std::shared_ptr<Pipe> pipe;  // fires
auto p = std::make_shared<Pipe>();  // fires
std::unique_ptr<Pipe> shared_pipe;  // no shared_ptr
"""),
    Case("shared-ptr", "src/control/publish.cpp", "std::shared_ptr<const Snapshot> now;\n"),
)

COROUTINES = (
    Case("C1", "src/proxy/session.cpp", """\
Task<int> f() {
  co_await event;
  co_await world.timers->sleep(until, std::move(x)).member;
  [[maybe_unused]] auto kept = co_await g();
  Result<std::vector<std::map<int, int>>> v = co_await connector.connect<A, B>(to, deadline);
  const std::size_t n{co_await read_some(*stream, scratch)};
  v = co_await h();
  this->member_ = co_await h();
  options.size = co_await h();
  auto& pool = *pool_; co_await pool.wait();
  if (n == 0) co_await event;
  while (true) co_await event;
  for (auto& each : all) {
    co_await each.done;
  }
  if (a) { co_await event; } else co_await event;
  switch (n) {
    case Kind::one: co_await event; break;
    default: { co_await event; }
  }
  auto task = [](Stream& s) -> Task<void> { co_await s.readable(); };
  co_await (fast ? one : two);
  co_await *pointer;
  co_await call(a < b, c ? d : e,
                last);
  co_return co_await h();
}
Awaiter operator co_await() { return Awaiter(); }
// if (co_await f())
const char* text = "if (co_await f())";
"""),
    Case("C1", "src/proxy/session.cpp", """\
Task<int> f() {
  if (co_await g()) return;  // fires
  while (auto v = co_await g()) {}  // fires
  for (auto x : co_await g()) {}  // fires
  switch (co_await g()) {}  // fires
  auto a = c ? co_await g() : x;  // fires
  h(co_await g());  // fires
  auto b = (co_await g()).size;  // fires
  auto d = *co_await g();  // fires
  auto e = !co_await g();  // fires
  auto [i, j] = co_await g();  // fires
  auto& [k, l] = co_await g();  // fires
  auto m = co_await g() + 1;  // fires
  auto n = 1 + co_await g();  // fires
  int o = 1, p = co_await g();  // fires
  total += co_await g();  // fires
  q = r = co_await g();  // fires
  table[index] = co_await g();  // fires
  use(Type{co_await g()});  // fires
  auto s = co_await co_await g();  // fires
  co_await g(), co_await h();  // fires
  co_await g() && ready;  // fires
  co_await g() or ready;  // fires
  co_return Type{co_await g()};  // fires
  co_yield co_await g();  // fires
  x == co_await g();  // fires
  list = {co_await g()};  // fires
  auto t =
      wrap(x,
           co_await g());  // fires
}
"""),
    Case("C2", "src/proxy/session.cpp", """\
Task<int> f() {
  co_await g(Options{1});  // fires
  auto a = co_await g(x, {1, 2});  // fires
  co_await g(h(i({})));  // fires
  co_return co_await g([&] { return 1; });  // fires
  co_await stream.g(x).h(
      x,
      Options{.size = 1});  // fires
  co_await g(Options(1), std::move(x), "{}", '{');
  Options options{1};
  co_await g(options);  // not {1}
  if (ready) { co_await g(options); }
  auto h = g(Options{1});
  co_await Delay{5};
}
"""),
    Case("C3", "src/proxy/session.cpp", """\
void f() {
  auto a = [&] { co_await event; };  // fires
  auto b = [this](int n) -> Task<std::pair<int, int>> { co_return n; };  // fires
  run([x = std::move(x)]() mutable noexcept { co_yield x; });  // fires
  auto c = [](Stream& stream) -> Task<> { co_await stream.readable(); };
  auto d = [&] { return run([](int n) -> Task<> { co_return n; }, table[0]); };
  auto e = [] { return [&] { co_await event; }; };  // fires
  auto& [first, second] = pair;
  [[likely]] if (table[0]) { co_await event; }
  int list[] = {1}; delete[] list;
  auto g = [&] { log("co_await"); /* co_await */ };
}
"""),
)

DETERMINISM = (
    Case("unordered-iteration", "src/control/table.cpp", """\
std::unordered_map<std::string, std::vector<int>> names_;
using Index = std::unordered_set<int>;
std::map<int, int> sorted;
std::unordered_map<int, int> snapshot();
void f(const Index& index) {
  for (auto& [key, value] : names_) {}  // fires
  for (int i : this->index) {}  // fires
  for (int i : names_ | std::views::keys) {}  // fires
  for (int i : std::views::keys(names_)) {}  // fires
  for (int i : snapshot()) {}  // fires
  auto first = names_.begin();  // fires
  for (int i : sorted) {}
  for (int i : names_["a"]) {}
  for (int i = 0; i < names_.size(); ++i) {}
  if (names_.find("a") == names_.end()) {}
  auto second = sorted.begin();  // names_.begin()
}
"""),
    Case("unordered-iteration", "src/control/table.cpp", """\
void Table::f() {
  for (auto& each : members_) {}  // fires
  for (auto& each : others_) {}
}
""", beside={"src/control/table.hpp": "std::unordered_set<int> members_;\n"}),
    Case("unordered-iteration", "src/app/main.cpp",
         "std::unordered_set<int> a;\nvoid f() { for (int i : a) {} }\n"),
    Case("one-draw", "sim/fault/plan.cpp", """\
void f() {
  use(random.below(3), random.below(4));  // fires
  const int a = rng_.next() ^
                rng_.next();  // fires
  Point p{world.random().between(1, 2), world.random().chance(1, 2)};  // fires
  const auto b = random.below(3);
  const auto c = random.below(4);
  if (random.chance(1, 2)) {
    use(random.below(3));
  }
  if (random.chance(1, 2)) use(random.below(3));
  while (rng->chance(1, 3)) { use(1); } use(rng->next());
  use(list.next(), list.next(), random.below(3));
  // random.below(1) + random.below(2)
  run([&] { return random.below(1); }, random.below(2));
}
struct S { S() : a(rng.next()) {} S(int) : a(rng.next()) {} };
"""),
)

CASES = LAYERS + PORTABLE + COROUTINES + DETERMINISM
