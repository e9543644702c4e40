#pragma once

#include <cstdint>

// The memory of tensors on CPU. Blocks of a mebibyte and more are kept when they are freed, and serve the next tensors
// of about their size. What lives is counted, and has a limit. Thread-safe.

namespace jennit {

/// Begins to serve all tensors of the process, to count them, and to keep freed blocks. Together with the blocks in use
/// they never take more than 5/4 of what the blocks in use once did, nor more than `limit` bytes where that is
/// positive.
void keep_cpu_memory(int64_t limit);
/// Hands the kept blocks to the system.
void empty_cpu_cache();
/// The size of the kept blocks.
int64_t cached_cpu_bytes();

/// The size of what lives.
int64_t used_cpu_bytes();
/// The largest size of what lived at once, since the process began or since the last reset_peak_cpu_bytes().
int64_t peak_cpu_bytes();
void reset_peak_cpu_bytes();
/// Sets when is_crowded() begins to hold, and what may live at most; 0: without limit, as at first.
void limit_cpu_memory(int64_t crowded, int64_t most);
/// Whether more lives than was set. Costs next to nothing.
bool is_crowded();

/// Frees what it can, for a tensor of `bytes` bytes that found no room.
using MakeRoom = void (*)(int64_t bytes);
/// What is called, at most twice and in the thread that asks for a tensor, before it is refused with jennit::Error.
void set_make_room(MakeRoom make_room);

}  // namespace jennit
