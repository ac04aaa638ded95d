#include "backend/answer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "base/assert.hpp"

namespace weir::backend {
namespace {

constexpr std::string_view kOk = "ok\n";
constexpr std::string_view kUnhealthy = "unhealthy\n";
constexpr std::string_view kInjected = "injected failure\n";

struct Reason {
  std::uint16_t status;
  std::string_view phrase;
};
constexpr std::array kReasons = {Reason{200, "OK"},
                                 Reason{201, "Created"},
                                 Reason{202, "Accepted"},
                                 Reason{204, "No Content"},
                                 Reason{301, "Moved Permanently"},
                                 Reason{302, "Found"},
                                 Reason{304, "Not Modified"},
                                 Reason{400, "Bad Request"},
                                 Reason{401, "Unauthorized"},
                                 Reason{403, "Forbidden"},
                                 Reason{404, "Not Found"},
                                 Reason{405, "Method Not Allowed"},
                                 Reason{408, "Request Timeout"},
                                 Reason{409, "Conflict"},
                                 Reason{410, "Gone"},
                                 Reason{413, "Content Too Large"},
                                 Reason{414, "URI Too Long"},
                                 Reason{418, "I'm a teapot"},
                                 Reason{429, "Too Many Requests"},
                                 Reason{431, "Request Header Fields Too Large"},
                                 Reason{500, "Internal Server Error"},
                                 Reason{501, "Not Implemented"},
                                 Reason{502, "Bad Gateway"},
                                 Reason{503, "Service Unavailable"},
                                 Reason{504, "Gateway Timeout"},
                                 Reason{505, "HTTP Version Not Supported"}};

// A phrase is optional (RFC 9112, 4): statuses that are not listed have none.
std::string_view reason_of(std::uint16_t status) {
  for (const Reason& reason : kReasons) {
    if (reason.status == status) return reason.phrase;
  }
  return "";
}

Duration draw_delay(const Settings& settings, Random& random) {
  if (settings.jitter == Duration::zero()) return settings.latency;
  const Duration delta = random.between(-settings.jitter, settings.jitter);
  return std::max(Duration::zero(), settings.latency + delta);
}

// Sent instead of `planned`.
Answer failure(const Answer& planned, std::uint16_t status) {
  Answer answer;
  answer.status = status;
  answer.head_only = planned.head_only;
  answer.delay = planned.delay;
  answer.injected = true;
  answer.fixed_text = kInjected;
  return answer;
}

// What the settings do to an ordinary page.
void misbehave(Answer& answer, const Settings& settings, Random& random) {
  const bool reset = random.chance(settings.reset_rate);
  const bool close_early = random.chance(settings.close_early_rate);
  const bool fail = random.chance(settings.fail_rate);
  answer.delay += draw_delay(settings, random);
  if (settings.hang) {
    answer.fate = Fate::never;
  } else if (reset) {
    answer.fate = Fate::reset;
  } else if (close_early) {
    answer.fate = Fate::close_early;
  } else if (fail) {
    answer = failure(answer, settings.fail_status);
  }
}

void plan_health(Answer& answer, const Settings& settings) {
  answer.status = settings.healthy ? 200 : 503;
  answer.fixed_text = settings.healthy ? kOk : kUnhealthy;
  if (settings.hang_health) answer.fate = Fate::never;
}

void plan_echo(Answer& answer, const Request& request) {
  answer.source = Source::echo;
  answer.framing = request.chunked ? Framing::chunked : Framing::identity;
  answer.length = request.content_length;
}

void plan_page(Answer& answer, const Request& request, const Route& route, std::string_view hello) {
  switch (route.page) {
    case Page::slow: answer.delay = std::chrono::milliseconds(route.number); [[fallthrough]];
    case Page::hello: answer.fixed_text = hello; return;
    case Page::bytes:
      answer.source = Source::pattern;
      answer.length = route.number;
      if (route.chunked && !request.old_version) answer.framing = Framing::chunked;
      return;
    case Page::status:
      answer.status = static_cast<std::uint16_t>(route.number);
      answer.made_text = fmt::format("{} {}\n", route.number, reason_of(answer.status));
      return;
    case Page::echo: return plan_echo(answer, request);
    case Page::bad_number:
      answer.status = 400;
      answer.made_text = fmt::format("write {}\n", route.takes);
      return;
    case Page::method_not_allowed:
      answer.status = 405;
      answer.allow = route.allow;
      answer.made_text = fmt::format("this path takes {}\n", route.allow);
      return;
    default:
      answer.status = 404;
      answer.made_text = "no such path; there are\n" + describe_paths();
      return;
  }
}

// Appends to a buffer that is known to be large enough.
class Writer {
 public:
  explicit Writer(MutableBytes into) : begin_(reinterpret_cast<char*>(into.data())), at_(begin_) {}
  Writer& operator<<(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
    return *this;
  }
  Writer& operator<<(std::uint64_t number) {
    at_ = std::to_chars(at_, at_ + 20, number).ptr;
    return *this;
  }
  std::size_t size() const { return static_cast<std::size_t>(at_ - begin_); }

 private:
  char* begin_;
  char* at_;
};

}  // namespace

Answer plan(const Request& request, const Route& route, const Settings& settings,
            std::string_view hello, Random& random) {
  Answer answer;
  answer.head_only = request.method == Method::head;
  if (route.page == Page::health) {
    plan_health(answer, settings);
  } else if (route.page == Page::stats || route.page == Page::control) {
    answer.is_json = true;
  } else {
    plan_page(answer, request, route, hello);
    misbehave(answer, settings, random);
  }
  answer.close = !request.keep_alive;
  return answer;
}

Answer refuse(const RequestParser::Refusal& refusal) {
  Answer answer;
  answer.status = refusal.status;
  answer.close = true;
  answer.made_text = fmt::format("{}\n", refusal.reason);
  return answer;
}

std::size_t write_head(const Answer& answer, std::string_view name, std::string_view date,
                       MutableBytes into) {
  ASSERT(into.size() >= kHeadBytesMax && name.size() <= kNameBytesMax, "the head has room");
  Writer out(into);
  out << "HTTP/1.1 " << std::uint64_t{answer.status} << " " << reason_of(answer.status)
      << "\r\nDate: " << date << "\r\nX-Backend: " << name;
  if (answer.close) out << "\r\nConnection: close";
  if (!answer.allow.empty()) out << "\r\nAllow: " << answer.allow;
  if (!answer.has_body()) {
    out << "\r\n\r\n";
    return out.size();
  }
  const bool is_text = answer.source == Source::text;
  out << "\r\nContent-Type: "
      << (answer.is_json ? "application/json"
          : is_text      ? "text/plain"
                         : "application/octet-stream");
  if (answer.framing == Framing::chunked) {
    out << "\r\nTransfer-Encoding: chunked\r\n\r\n";
  } else {
    const std::uint64_t length = is_text ? answer.text().size() : answer.length;
    out << "\r\nContent-Length: " << length << "\r\n\r\n";
  }
  return out.size();
}

}  // namespace weir::backend
