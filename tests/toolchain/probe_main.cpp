// One shape in one process, so that a crash is that shape's alone; started by probe.py.
//
//   probe list            a line "allowed NAME" or "forbidden NAME" for each shape
//   probe NAME            runs it: exit 0 when it is right, else 1 and what went wrong
//
// Stands alone but for the headers of src/base and src/task, and so is quick to compile.

#include <cstdio>
#include <cstdlib>

#include "toolchain/shape.hpp"

namespace weir {

void* Pooled::operator new(std::size_t bytes) { return ::operator new(bytes); }
void Pooled::operator delete(void* memory, std::size_t) noexcept { ::operator delete(memory); }

Census& Census::here() noexcept {
  static Census census;
  return census;
}

void assert_failed(const char* file, int line, const char*, std::string_view) noexcept {
  std::fprintf(stderr, "%s:%d: broken invariant\n", file, line);
  std::abort();
}

}  // namespace weir

using namespace weir::toolchain;

int main(int argc, char* argv[]) {
  const std::string_view wanted = argc == 2 ? argv[1] : "";
  const auto list = [&](const char* kind, std::span<const Shape> shapes) {
    for (const Shape& shape : shapes) {
      if (wanted == "list") std::printf("%s %s\n", kind, shape.name.data());
      if (wanted != shape.name) continue;
      const Verdict verdict = run(shape);
      std::puts(verdict.empty() ? "right" : verdict.c_str());
      std::fflush(stdout);
      std::exit(verdict.empty() ? 0 : 1);
    }
  };
  list("allowed", allowed_shapes());
  list("forbidden", forbidden_shapes());
  if (forbidden_lists != nullptr) list("forbidden", forbidden_lists());
  return wanted == "list" ? 0 : 2;
}
