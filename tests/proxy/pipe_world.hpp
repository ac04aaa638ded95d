#pragma once
// PipeWorld: an io::World in memory, turned by hand: clients knock, backends are scripted, streams
// are pipes. For unit tests of src/proxy and the fuzzer; whole runs with latency and failures are
// the simulator's.
//
//   PipeWorld pipes;
//   TcpProxy proxy(pipes.world, pipes.make_listener(), ...);
//   auto client = pipes.knock();                  // a client that waits to be accepted
//   pipes.driver.settle();
//   auto& backend = pipes.connected.at(0);        // the far end of the proxy's first connect

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "io/pipe.hpp"
#include "io/world.hpp"
#include "support/driver.hpp"

namespace weir::test {

Endpoint backend_at(std::uint16_t port);

class PipeWorld {
 public:
  static constexpr std::size_t kPipeBytes = 4096;  // in flight, a direction

  PipeWorld();
  ~PipeWorld();

  std::unique_ptr<io::Listener> make_listener();
  std::unique_ptr<io::Stream> knock();
  void no_descriptors(bool on);  // accepting fails for lack of them

  Driver driver;
  std::vector<std::unique_ptr<io::Stream>> connected;  // far ends, in order of connecting
  std::vector<Endpoint> tried;                         // where connects went, in order
  std::map<std::uint16_t, ErrorCode> broken;           // ports that fail; timed_out is silence
  Duration connect_takes{0};                           // before a connect goes well
  std::vector<std::string> logged;
  // Wraps the proxy's side of a stream, say in a FaultyStream.
  using Wrap = std::function<std::unique_ptr<io::Stream>(std::unique_ptr<io::Stream>)>;
  Wrap wrap_client;
  Wrap wrap_upstream;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;

 public:
  io::World& world;
};

// Everything that can be read now.
std::string read_now(io::Stream& stream);
io::IoStatus status_now(io::Stream& stream);  // of one more read
void write_now(io::Stream& stream, std::string_view text);

}  // namespace weir::test
