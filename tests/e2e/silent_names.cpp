// A getaddrinfo() whose name server never answers: put before the system's by LD_PRELOAD.

#include <netdb.h>
#include <unistd.h>

extern "C" int getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**) noexcept(false) {
  for (;;) ::pause();
}
