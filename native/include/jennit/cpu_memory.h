#pragma once

#include <cstdint>

// The memory of tensors on CPU. Blocks of a mebibyte and more are kept when they are freed, and serve the next tensors
// of about their size. Thread-safe.

namespace jennit {

/// Begins to keep freed blocks, in the whole process. Together with the blocks in use they never take more than 5/4
/// of what the blocks in use once did, nor more than `limit` bytes where that is positive.
void keep_cpu_memory(int64_t limit);
/// Hands the kept blocks to the system.
void empty_cpu_cache();
/// The size of the kept blocks.
int64_t cached_cpu_bytes();

}  // namespace jennit
