#pragma once

#include <jni.h>

namespace jennit::binding {

/// From now on org.jennit.internal.NativeMemory.make_room(long) is called for a tensor that finds no room: see
/// set_make_room in cpu_memory.h.
void call_make_room(JNIEnv* env, jclass);

}  // namespace jennit::binding
