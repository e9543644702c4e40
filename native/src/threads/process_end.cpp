#include <jennit/process_end.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace jennit {

namespace {

void end(int status, void*) {
  std::cout.flush();
  std::fflush(nullptr);
  _exit(status);
}

}  // namespace

void end_at_once_on_exit() { on_exit(end, nullptr); }

}  // namespace jennit
