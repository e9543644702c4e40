#include "make_room.h"

#include <jennit/cpu_memory.h>
#include <jennit/denormals.h>

namespace jennit::binding {

namespace {

JavaVM* vm = nullptr;
jclass native_memory = nullptr;
jmethodID method = nullptr;

void make_room(int64_t bytes) {
  void* found = nullptr;
  // A thread of LibTorch's that Java does not know goes without.
  if (vm->GetEnv(&found, JNI_VERSION_1_8) != JNI_OK) return;
  auto* env = static_cast<JNIEnv*>(found);
  if (env->ExceptionCheck()) return;
  const KeepDenormal mode;
  env->CallStaticVoidMethod(native_memory, method, static_cast<jlong>(bytes));
  // The tensor is refused in words of its own.
  if (env->ExceptionCheck()) env->ExceptionClear();
}

}  // namespace

void call_make_room(JNIEnv* env, jclass) {
  env->GetJavaVM(&vm);
  native_memory = static_cast<jclass>(env->NewGlobalRef(env->FindClass("org/jennit/internal/NativeMemory")));
  method = env->GetStaticMethodID(native_memory, "make_room", "(J)V");
  set_make_room(make_room);
}

}  // namespace jennit::binding
