#pragma once

// Numbers below the smallest normal one: 1.2e-38 in single precision, 2.2e-308 in double. A processor takes up to a
// hundred times as long for a product with one of them, and the derivatives of saturated functions are full of them.

namespace jennit {

/// Whether the passes that Java asks for take such numbers for zero and make none; in the whole process, at first not.
/// False, and nothing changes, where the processor cannot. Thread-safe.
bool set_flush_denormal(bool flush);

/// The chosen mode, in the calling thread and in LibTorch's threads that work for it, while this lives. A thread that
/// flushes already is left alone.
class FlushDenormal {
 public:
  FlushDenormal();
  ~FlushDenormal();
  FlushDenormal(const FlushDenormal&) = delete;
  FlushDenormal& operator=(const FlushDenormal&) = delete;

 private:
  const bool set_;
};

/// Around a call into Java, which computes with such numbers as they are, also by LibTorch and its threads. The mode is
/// back afterwards, whatever the JVM, or a pass that Java asked for meanwhile, made of it.
class KeepDenormal {
 public:
  KeepDenormal();
  ~KeepDenormal();
  KeepDenormal(const KeepDenormal&) = delete;
  KeepDenormal& operator=(const KeepDenormal&) = delete;

 private:
  const bool here_, team_;
};

}  // namespace jennit
