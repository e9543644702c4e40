#include <gtest/gtest.h>
#include <jennit/process_end.h>

#include <cstdio>
#include <cstdlib>

namespace jennit {

namespace {

TEST(ProcessEnd, keeps_status_and_output_and_runs_nothing_that_was_registered_before) {
  EXPECT_EXIT(
      {
        std::atexit(std::abort);
        end_at_once_on_exit();
        std::setvbuf(stderr, nullptr, _IOFBF, 1 << 12);
        std::fputs("not flushed yet", stderr);
        std::exit(7);
      },
      testing::ExitedWithCode(7), "not flushed yet");
}

}  // namespace

}  // namespace jennit
