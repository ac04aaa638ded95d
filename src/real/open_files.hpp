#pragma once
// How many file descriptors this process may have open: a proxy needs two a connection.
//
//   const std::size_t connections_max = (raise_open_files_limit() - reserved) / 2;

#include <cstddef>

namespace weir::real {

// Raises the soft limit to the hard one, as far as the system lets it; returns the limit then.
std::size_t raise_open_files_limit();

// Opens /dev/null in place of standard streams that are closed. First thing in main(): otherwise a
// socket gets the number of standard error, and its peer the log.
void open_standard_streams();

}  // namespace weir::real
