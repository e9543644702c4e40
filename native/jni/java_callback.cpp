#include "java_callback.h"

#include <jennit/denormals.h>
#include <jennit/errors.h>
#include <jennit/live.h>

namespace jennit::binding {

namespace {

/// The running thread's; a thread of LibTorch's engine becomes a daemon thread of Java. Null where there is none.
JNIEnv* environment(JavaVM* vm) {
  void* env = nullptr;
  if (vm->GetEnv(&env, JNI_VERSION_1_8) == JNI_EDETACHED) vm->AttachCurrentThreadAsDaemon(&env, nullptr);
  return static_cast<JNIEnv*>(env);
}

/// What is looked up in Java once.
struct Java {
  JavaVM* vm = nullptr;
  jmethodID call = nullptr, save = nullptr, say = nullptr;
  jclass boundary = nullptr;
  jmethodID describe = nullptr, origin = nullptr;

  Java(JNIEnv* env, jobject function) {
    env->GetJavaVM(&vm);
    const auto type = env->GetObjectClass(function);
    call = env->GetMethodID(type, "call", "(JJJJ)V");
    save = env->GetMethodID(type, "save", "(JJJ)V");
    say = env->GetMethodID(type, "say", "(Ljava/lang/String;)V");
    boundary = static_cast<jclass>(env->NewGlobalRef(env->FindClass("org/jennit/internal/Boundary")));
    describe = env->GetStaticMethodID(boundary, "describe", "(Ljava/lang/Throwable;)Ljava/lang/String;");
    origin = env->GetStaticMethodID(boundary, "origin", "(Ljava/lang/Throwable;)J");
  }

  JNIEnv* env() const {
    auto* env = environment(vm);
    if (!env) throw Error("this thread cannot call Java");
    return env;
  }
};

const Java* java = nullptr;

/// The method that answers where the program is now.
struct Places {
  JavaVM* vm = nullptr;
  jclass type;
  jmethodID place;

  Places(JNIEnv* env, jclass type)
      : type(static_cast<jclass>(env->NewGlobalRef(type))), place(env->GetStaticMethodID(type, "place", "()J")) {
    env->GetJavaVM(&vm);
  }
};

const Places* places = nullptr;

int64_t place_in_java() {
  const KeepDenormal mode;
  auto* env = environment(places->vm);
  if (!env || env->ExceptionCheck()) return 0;
  const auto place = env->CallStaticLongMethod(places->type, places->place);
  if (!env->ExceptionCheck()) return place;
  env->ExceptionClear();
  return 0;
}

/// A local reference, for a callback that may run many times before its thread returns to Java.
class Local {
 public:
  Local(JNIEnv* env, jobject object) : env_(env), object_(object) {}
  ~Local() {
    if (object_) env_->DeleteLocalRef(object_);
  }
  Local(const Local&) = delete;
  Local& operator=(const Local&) = delete;
  jobject get() const { return object_; }

 private:
  JNIEnv* env_;
  jobject object_;
};

std::shared_ptr<void> keep(JNIEnv* env, jobject object) {
  // The last to let go may be a thread of LibTorch's engine.
  return {env->NewGlobalRef(object), [](void* kept) {
            try {
              java->env()->DeleteGlobalRef(static_cast<jobject>(kept));
            } catch (...) {
            }
          }};
}

std::string text_of(JNIEnv* env, jobject thrown) {
  const Local text(env, env->CallStaticObjectMethod(java->boundary, java->describe, thrown));
  if (env->ExceptionCheck()) env->ExceptionClear();
  const auto string = static_cast<jstring>(text.get());
  const char* characters = string ? env->GetStringUTFChars(string, nullptr) : nullptr;
  if (!characters) return "an exception in Java code";
  std::string result(characters);
  env->ReleaseStringUTFChars(string, characters);
  return result;
}

/// Throws what Java threw.
void check(JNIEnv* env) {
  const Local thrown(env, env->ExceptionOccurred());
  if (!thrown.get()) return;
  env->ExceptionClear();
  const auto text = text_of(env, thrown.get());
  const auto origin = env->CallStaticLongMethod(java->boundary, java->origin, thrown.get());
  if (env->ExceptionCheck()) env->ExceptionClear();
  throw Error(text, keep(env, thrown.get()), origin);
}

jlong address(Tensors& tensors) { return reinterpret_cast<jlong>(&tensors); }

class JavaCallback final : public Callback {
 public:
  JavaCallback(JNIEnv* env, jobject function) : function_(env->NewWeakGlobalRef(function)) {}

  ~JavaCallback() override {
    try {
      java->env()->DeleteWeakGlobalRef(function_);
    } catch (...) {
    }
  }

  Tensors call(Tensors first, Tensors second, Tensors third) override {
    const KeepDenormal mode;
    auto* env = java->env();
    const Local function(env, strong(env));
    Tensors answer;
    env->CallVoidMethod(function.get(), java->call, address(first), address(second), address(third), address(answer));
    check(env);
    return answer;
  }

  Tensors save(Tensors inputs, Tensors outputs) override {
    const KeepDenormal mode;
    auto* env = java->env();
    const Local function(env, strong(env));
    Tensors answer;
    env->CallVoidMethod(function.get(), java->save, address(inputs), address(outputs), address(answer));
    check(env);
    return answer;
  }

  void say(const std::string& text) override {
    const KeepDenormal mode;
    auto* env = java->env();
    const Local function(env, strong(env)), string(env, env->NewStringUTF(text.c_str()));
    env->CallVoidMethod(function.get(), java->say, string.get());
    check(env);
  }

  std::shared_ptr<void> pin() override {
    auto* env = java->env();
    const Local function(env, strong(env));
    return keep(env, function.get());
  }

 private:
  jobject strong(JNIEnv* env) const {
    const auto function = env->NewLocalRef(function_);
    if (!function)
      throw Error(
          "the Java half of this module or hook was removed and collected: keep the model reachable while it is in "
          "use");
    return function;
  }

  jweak function_;
};

}  // namespace

CallbackPtr make_callback(JNIEnv* env, jclass, jobject function) {
  static const Java found(env, function);
  java = &found;
  return std::make_shared<JavaCallback>(env, function);
}

jobject take_failure(JNIEnv* env, jclass, const std::string& message, int64_t* origin) {
  const auto failure = jennit::take_failure(message);
  *origin = failure.origin;
  return failure.thrown ? env->NewLocalRef(static_cast<jobject>(failure.thrown.get())) : nullptr;
}

void set_tracing(JNIEnv* env, jclass type, bool on) {
  static const Places found(env, type);
  places = &found;
  live::set_tracer(on ? place_in_java : nullptr);
}

}  // namespace jennit::binding
