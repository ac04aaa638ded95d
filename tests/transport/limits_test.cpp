// Behaviours of hosts that run out of file descriptors.

#include "transport/behaviour.hpp"

using namespace weir;
using task::Task;
using transport::accept;
using transport::Bench;
using transport::connect;
using transport::Lines;
using transport::Party;
using transport::try_to_accept;

BEHAVIOUR("a server without descriptors accepts again once a file was closed",
          LOGS("first reads 'hello'", "server tries to accept: no descriptors",
               "server tries to accept: no descriptors", "accepted after a close",
               "second reads 'there'")) {
  const auto listener = bench.listen();
  Party first(bench, "first");
  Party second(bench, "second");
  Party earlier(bench, "earlier server");
  Party server(bench, "server");
  co_await transport::join(bench, first, earlier, *listener);
  earlier.says("hello");
  co_await first.reads(5);
  co_await connect(bench, second, listener->local());
  // Acceptable: the second connection has arrived.
  co_await listener->acceptable().wait_until(bench.server().timers, bench.deadline());
  bench.limit_server_files(0);
  try_to_accept(server, *listener);
  try_to_accept(server, *listener);
  earlier.stream = nullptr;
  co_await accept(bench, server, *listener);
  if (server.stream != nullptr) bench.log("accepted after a close");
  bench.lift_limits();
  server.says("there");
  co_await second.reads(5);
}

BEHAVIOUR("a listener stays acceptable while descriptors are lacking",
          LOGS("server tries to accept: no descriptors", "is acceptable",
               "server tries to accept: no descriptors", "is acceptable",
               "server tries to accept: ok")) {
  const auto listener = bench.listen();
  Party client(bench, "client");
  Party server(bench, "server");
  co_await connect(bench, client, listener->local());
  task::Timers& timers = bench.server().timers;
  co_await listener->acceptable().wait_until(timers, bench.deadline());
  bench.limit_server_files(0);
  for (int i = 0; i < 2; ++i) {
    try_to_accept(server, *listener);
    const auto wakeup = co_await listener->acceptable().wait_until(timers, bench.deadline());
    if (wakeup == task::Wakeup::signalled) bench.log("is acceptable");
  }
  bench.lift_limits();
  try_to_accept(server, *listener);
}

BEHAVIOUR("without descriptors, accepting where no connection waits would block",
          LOGS("server tries to accept: would block")) {
  const auto listener = bench.listen();
  Party server(bench, "server");
  bench.limit_server_files(0);
  try_to_accept(server, *listener);
  co_return;
}

BEHAVIOUR("a client without descriptors does not connect, until it has one",
          LOGS("client connects: no file descriptors left", "client writes 'hello'",
               "server reads 'hello'")) {
  const auto listener = bench.listen();
  Party client(bench, "client");
  Party server(bench, "server");
  bench.limit_client_files(0);
  co_await connect(bench, client, listener->local());
  bench.lift_limits();
  co_await transport::join(bench, client, server, *listener);
  co_await client.writes("hello");
  co_await server.reads(5);
}

BEHAVIOUR("a connect that failed gives its descriptor back",
          LOGS("client connects: refused", "client connects: refused",
               "client connects: refused")) {
  Party client(bench, "client");
  const Endpoint nobody = bench.refusing_address();
  bench.limit_client_files(1);
  for (int i = 0; i < 3; ++i) co_await connect(bench, client, nobody);
}

BEHAVIOUR("a connection takes one descriptor on each side",
          LOGS("client has room for one", "client connects: no file descriptors left")) {
  const auto listener = bench.listen();
  Party client(bench, "client");
  Party second(bench, "client");
  bench.limit_client_files(1);
  co_await connect(bench, client, listener->local());
  if (client.stream != nullptr) client.notes("has room for one");
  co_await connect(bench, second, listener->local());
}

BEHAVIOUR("a server without descriptors does not listen",
          LOGS("server listens: no file descriptors left", "server listens")) {
  bench.limit_server_files(0);
  auto listener = bench.listen();
  bench.lift_limits();
  listener = bench.listen();
  if (listener != nullptr) bench.log("server listens");
  co_return;
}

CONNECTION("a connection that both sides closed leaves no file open",
           LOGS("client closes", "server reads end", "server closes", "files closed: 2")) {
  const std::size_t files = bench.open_files();
  client.closes();
  co_await server.reads();
  server.closes();
  bench.log("files closed: " + std::to_string(files - bench.open_files()));
}
