#include "real/tcp_stream.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/assert.hpp"
#include "real/tcp_splice.hpp"
#include "real/translate.hpp"
#include "real/uninterrupted.hpp"

namespace weir::real {
namespace {
constexpr unsigned kSpliceFlags = SPLICE_F_MOVE | SPLICE_F_NONBLOCK;
}

TcpStream::TcpStream(int socket, Socket state, const Endpoint& peer, SocketContext& context,
                     std::atomic<std::int32_t>* open_streams)
    : context_(context),
      readable_(context.run_queue),
      writable_(context.run_queue),
      socket_(socket),
      watches_writing_(state == Socket::connecting),
      peer_(peer),
      open_streams_(open_streams) {
  const auto interest = watches_writing_ ? Poller::Interest::both : Poller::Interest::reading;
  if (context_.poller.add(socket_, *this, interest)) return;
  registration_failure_ = errno;
  fail(io::IoStatus::failed);
}

TcpStream::~TcpStream() {
  if (socket_ >= 0) ::close(socket_);
  if (open_streams_ != nullptr) open_streams_->fetch_sub(1, std::memory_order_relaxed);
}

io::IoResult TcpStream::try_read(MutableBytes into) {
  if (read_as_ != io::IoStatus::ok) return {0, read_as_};
  const io::IoResult got =
      finish_read(uninterrupted([&] { return ::recv(socket_, into.data(), into.size(), 0); }));
  if (got.status == io::IoStatus::ok && got.bytes < into.size() &&
      !(ended_ || told_of_failure_ || urgent_)) {
    readable_.exhausted();
  }
  return got;
}

// splice(2) stops at urgent data for good, and says that this is the end or that nothing is there;
// recv(2) goes on.
io::IoResult TcpStream::splice_into(int pipe) {
  constexpr std::size_t kPipeBytes = 64 * 1024;
  if (read_as_ != io::IoStatus::ok) return {0, read_as_};
  const ssize_t got = uninterrupted(
      [&] { return ::splice(socket_, nullptr, pipe, nullptr, kPipeBytes, kSpliceFlags); });
  const bool in_doubt = got == 0 || (got < 0 && errno == EAGAIN && urgent_);
  if (!in_doubt || !has_bytes()) return finish_read(got);
  urgent_ = true;
  readable_.became_ready();
  return {0, io::IoStatus::would_block};
}

bool TcpStream::has_bytes() const {
  std::byte byte;
  return uninterrupted([&] { return ::recv(socket_, &byte, 1, MSG_PEEK); }) > 0;
}

// After a failed write there may still be bytes to read that had arrived before (Linux keeps them
// when a reset arrives), so the kernel is asked until it has no more. It then says that this is
// the end, whether one had arrived or not: it tells of a failure only once.
io::IoResult TcpStream::finish_read(ssize_t got) {
  if (got > 0) return {static_cast<std::size_t>(got), io::IoStatus::ok};
  io::IoStatus status = got == 0 ? io::IoStatus::end : to_status(errno);
  if (failure_ != io::IoStatus::ok) {
    if (!ended_) status = failure_;
  } else if (status == io::IoStatus::would_block) {
    readable_.exhausted();
    return {0, status};
  } else if (status != io::IoStatus::end) {
    fail(status);
  }
  read_as_ = status;
  return {0, status};
}

io::IoResult TcpStream::try_write(std::span<const ConstBytes> pieces) {
  ASSERT(!wrote_end_, "nothing is written after shutdown_write()");
  if (failure_ != io::IoStatus::ok) return {0, failure_};
  if (pieces.size() == 1) {
    return finish_write(uninterrupted(
        [&] { return ::send(socket_, pieces[0].data(), pieces[0].size(), MSG_NOSIGNAL); }));
  }
  constexpr std::size_t kPiecesMax = 16;
  std::array<iovec, kPiecesMax> parts;
  std::size_t count = 0;
  for (const ConstBytes piece : pieces) {
    if (piece.empty()) continue;
    parts[count++] = {const_cast<std::byte*>(piece.data()), piece.size()};
    if (count == kPiecesMax) break;
  }
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = count;
  return finish_write(uninterrupted([&] { return ::sendmsg(socket_, &message, MSG_NOSIGNAL); }));
}

io::IoResult TcpStream::splice_from(int pipe, std::size_t bytes) {
  ASSERT(!wrote_end_, "nothing is written after shutdown_write()");
  if (failure_ != io::IoStatus::ok) return {0, failure_};
  return finish_write(uninterrupted(
      [&] { return ::splice(pipe, nullptr, socket_, nullptr, bytes, kSpliceFlags); }));
}

io::IoResult TcpStream::finish_write(ssize_t sent) {
  if (sent >= 0) return {static_cast<std::size_t>(sent), io::IoStatus::ok};
  const io::IoStatus status = to_status(errno);
  if (status == io::IoStatus::would_block) {
    writable_.exhausted();
  } else {
    if (errno == EPIPE) ended_ = true;  // a reset is ECONNRESET where no end came before it
    fail(status);
  }
  return {0, status};
}

task::Event& TcpStream::writable() {
  if (!watches_writing_ && failure_ == io::IoStatus::ok) {
    watches_writing_ = context_.poller.watch_writing(socket_, *this);
    if (!watches_writing_) fail(io::IoStatus::failed);
  }
  return writable_.event();
}

std::unique_ptr<io::Splice> TcpStream::splice_to(io::Stream& to) {
  auto* destination = dynamic_cast<TcpStream*>(&to);
  if (destination == nullptr || urgent_) return nullptr;
  const std::optional<Pipe> pipe = context_.pipes.borrow();
  if (!pipe) return nullptr;
  return std::make_unique<TcpSplice>(*this, *destination, context_.pipes, *pipe);
}

std::size_t TcpStream::unacknowledged() const {
  int bytes = 0;
  if (failure_ != io::IoStatus::ok || ::ioctl(socket_, SIOCOUTQ, &bytes) != 0) return 0;
  return static_cast<std::size_t>(bytes);
}

void TcpStream::shutdown_write() {
  if (std::exchange(wrote_end_, true) || socket_ < 0) return;
  ::shutdown(socket_, SHUT_WR);
}

void TcpStream::abort() {
  if (socket_ < 0) return;
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(std::exchange(socket_, -1));  // with that option: a reset
  read_as_ = io::IoStatus::reset;
  ended_ = false;
  fail(io::IoStatus::reset);
}

Endpoint TcpStream::local() const {
  SocketAddress address;
  if (::getsockname(socket_, address.get(), &address.length) != 0) return {};
  return to_endpoint(address);
}

void TcpStream::on_ready(const Poller::Edges& edges) {
  // Of a failure that was told already nothing is left but that both directions are shut.
  if (edges.ended && failure_ == io::IoStatus::ok) ended_ = true;
  if (edges.failed) told_of_failure_ = true;
  if (edges.urgent) urgent_ = true;
  if (edges.readable) readable_.became_ready();
  if (edges.writable) writable_.became_ready();
  if (broken_ != nullptr && edges.failed) learn_of_failure();
}

task::Event& TcpStream::broken() {
  if (broken_ == nullptr) broken_ = std::make_unique<task::Event>(context_.run_queue);
  if (told_of_failure_) learn_of_failure();
  if (is_cut_off()) broken_->signal();
  return *broken_;
}

// The kernel tells once, here or in the read or write that meets the failure.
void TcpStream::learn_of_failure() {
  if (failure_ != io::IoStatus::ok) return;
  int failure = 0;
  socklen_t length = sizeof failure;
  if (::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &failure, &length) != 0 || failure == 0) return;
  if (failure == EPIPE) ended_ = true;  // as for a write
  fail(to_status(failure));
}

bool TcpStream::is_cut_off() const noexcept { return failure_ != io::IoStatus::ok && !ended_; }

void TcpStream::fail(io::IoStatus how) {
  if (failure_ == io::IoStatus::ok) failure_ = how;
  readable_.became_ready();  // for good: nothing calls exhausted() any more
  writable_.became_ready();
  if (broken_ != nullptr && is_cut_off()) broken_->signal();
}

}  // namespace weir::real
