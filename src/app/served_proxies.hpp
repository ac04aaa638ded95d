#pragma once
// The proxies of src/proxy as ServedProxy: with their log and their counters by name.
//
//   served.make_proxy = serve_http(options);       // each worker makes a proxy of these options
//
// The options are copied into each proxy, with the worker's share of connections_max.

#include "app/served_proxy.hpp"
#include "proxy/http_options.hpp"
#include "proxy/tcp_proxy.hpp"

namespace weir::app {

MakeProxy serve_http(proxy::HttpOptions options);

// The cluster is shared by all workers and outlives them.
MakeProxy serve_tcp(proxy::TcpProxyOptions options, lb::Cluster& balance);

}  // namespace weir::app
