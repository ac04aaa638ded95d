#pragma once
// HttpConnection: answers the requests of one connection, in their order.
//
//   HttpConnection connection(worker, std::move(stream));
//   co_await connection.run();
//
// A request that is answered at once costs one read, one parse and one write, no allocation and
// no timer. What must wait (injected latency, large or echoed bodies, a client that does not
// read) goes through coroutines of its own.

#include <memory>

#include "backend/answer.hpp"
#include "backend/channel.hpp"
#include "backend/request_parser.hpp"
#include "backend/site.hpp"
#include "task/task.hpp"

namespace weir::backend {

class HttpConnection {
 public:
  // The worker outlives the connection.
  HttpConnection(Worker& worker, std::unique_ptr<io::Stream> stream)
      : worker_(worker), channel_(worker, std::move(stream)) {}

  task::Task<> run();

 private:
  bool begin_body();       // at a head: true when the answer is to be sent now
  bool begin_refusal();    // at what cannot be parsed: likewise
  bool begin_answer();     // at a complete request: likewise, when it must wait
  bool can_stage() const;  // answer_ fits into the staging buffer and need not wait
  void stage();            // puts answer_ there, as much as its fate allows
  void count() const;
  task::Task<> send();  // answer_, whatever it takes
  task::Task<> send_pattern();
  task::Task<> send_echo();  // reads the body of the request to its end
  task::Task<> end_early();
  void write_echo(ConstBytes body);

  Worker& worker_;
  Channel channel_;
  RequestParser parser_;
  Answer answer_;          // to the current request
  bool answered_ = false;  // before its body was read
  bool done_ = false;
  bool linger_ = false;  // the client may still be sending
};

}  // namespace weir::backend
