#include "support/death.hpp"

#include <array>
#include <csignal>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weir::test {
namespace {

[[noreturn]] void run_child(const std::function<void()>& code, int standard_error) {
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  std::signal(SIGABRT, SIG_DFL);  // Catch's handler would report the parent's test as failed
  dup2(standard_error, STDERR_FILENO);
  code();
  _exit(0);
}

std::string read_to_end(int file) {
  std::string text;
  std::array<char, 1024> buffer;
  for (;;) {
    const ssize_t bytes = read(file, buffer.data(), buffer.size());
    if (bytes <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(bytes));
  }
}

}  // namespace

std::string death_of(const std::function<void()>& code) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return {};
  const pid_t child = fork();
  if (child == 0) run_child(code, ends[1]);
  close(ends[1]);
  const std::string last_words = read_to_end(ends[0]);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT ? last_words : std::string();
}

}  // namespace weir::test
