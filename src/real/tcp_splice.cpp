#include "real/tcp_splice.hpp"

#include "real/tcp_stream.hpp"

namespace weir::real {

io::IoResult TcpSplice::try_fill() {
  const io::IoResult got = from_.splice_into(pipe_.write_end);
  held_ += got.bytes;
  return got;
}

io::IoResult TcpSplice::try_drain() {
  const io::IoResult sent = to_.splice_from(pipe_.read_end, held_);
  held_ -= sent.bytes;
  return sent;
}

}  // namespace weir::real
