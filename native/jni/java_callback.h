#pragma once

#include <jennit/callback.h>
#include <jni.h>

namespace jennit::binding {

// What needs JNI itself, beyond the glue that JavaCPP generates. JavaCPP hands in the environment and the class.

/// `function` is an org.jennit.internal.JavaFunction, which the callback refers to weakly.
CallbackPtr make_callback(JNIEnv* env, jclass, jobject function);

/// The exception in Java that led to this thread's last failure, if it has this message; null where there is none.
/// `origin` gets the Callable::id of the node where it began, 0 where that was said already.
jobject take_failure(JNIEnv* env, jclass, const std::string& message, int64_t* origin);

/// Whether the static `place()` of `type` is asked where each thing is made: see live.h.
void set_tracing(JNIEnv* env, jclass type, bool on);

}  // namespace jennit::binding
