#pragma once
// The forms of values that are written as strings: what each may be, in one place.
//
//   keys.text("address", listener.address, address_form(0), {"Where clients connect."});
//
// Each is made anew where it is used: configurations are read seldom.

#include <string>

#include "base/endpoint.hpp"
#include "config/config.hpp"
#include "config/keys.hpp"

namespace weir::config {

Form<std::string> name_form();          // of a listener, route, cluster
Form<std::string> backend_name_form();  // may be an address, too
Form<std::string> host_form();          // "a.example", "10.0.0.1:80": a value of Host
Form<std::string> host_pattern_form();  // "a.example", "*.a.example"
Form<std::string> path_form();          // without a query
Form<std::string> target_form();        // with or without one
Form<std::string> method_form();
Form<std::string> field_name_form();
Form<std::string> field_value_form();
Form<std::string> pseudonym_form();  // in Via
Form<std::string> log_form();
Form<std::string> body_text_form();
Form<HostPort> address_form(std::uint16_t port_min);
Form<Ratio> percent_form(std::uint64_t min, std::uint64_t max);
Form<control::StatusRange> status_range_form();
Form<proxy::HashKey> hash_key_form();

}  // namespace weir::config
