#pragma once
// PipePool: the kernel pipes of one World through which TcpSplice carries bulk data. A pipe costs
// two descriptors, so there are at most kPipesMax of them, reused; when all are lent, data is
// copied.
//
//   std::optional<Pipe> pipe = pipes.borrow();   ...   pipes.give_back(*pipe, is_empty);

#include <cstddef>
#include <optional>
#include <vector>

namespace weir::real {

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

class PipePool {
 public:
  static constexpr std::size_t kPipesMax = 64;

  PipePool() = default;
  ~PipePool();
  PipePool(const PipePool&) = delete;
  PipePool& operator=(const PipePool&) = delete;

  std::optional<Pipe> borrow();
  void give_back(Pipe pipe, bool is_empty);  // one that is not empty is closed

 private:
  std::vector<Pipe> idle_;
  std::size_t lent_ = 0;
};

}  // namespace weir::real
