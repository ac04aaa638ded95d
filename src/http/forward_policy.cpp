#include "http/forward_policy.hpp"

#include <algorithm>
#include <utility>

namespace weir::http {

ForwardPolicy::ForwardPolicy(ForwardOptions options) : options_(std::move(options)) {
  options_.trusted_hops = std::min(options_.trusted_hops, kTrustedHopsMax);
  if (!options_.via.empty()) {
    via_lines_[0] = "Via: 1.0 " + options_.via + "\r\n";
    via_lines_[1] = "Via: 1.1 " + options_.via + "\r\n";
  }
  // Names of fields, commas between kept entries, numbers.
  constexpr std::size_t kOwnText = 768;
  constant_bytes_max_ =
      kOwnText + options_.host.size() + options_.fallback_host.size() + via_lines_[1].size();
}

}  // namespace weir::http
