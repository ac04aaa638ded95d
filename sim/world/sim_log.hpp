#pragma once
// SimLog: the io::Log of a simulated host. Lines go to the network's hook, or nowhere.
//
//   network.set_log([&](const Host& host, io::Severity, std::string_view line) { ... });
//
// The hook only looks: it does not act on the world.

#include "io/world.hpp"
#include "sim/world/network.hpp"

namespace weir::sim::internal {

class SimLog final : public io::Log {
 public:
  SimLog(const Host& host, const LogHook& hook) noexcept : host_(host), hook_(hook) {}

  void write(io::Severity severity, std::string_view message) override {
    if (hook_) hook_(host_, severity, message);
  }

 private:
  const Host& host_;
  const LogHook& hook_;
};

}  // namespace weir::sim::internal
