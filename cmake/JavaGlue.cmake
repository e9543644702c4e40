# The library that Java loads: the core and the glue that JavaCPP generates from org.jennit.internal.

set(glue_dir "${CMAKE_CURRENT_BINARY_DIR}/glue")
set(glue "${glue_dir}/jnijennit.cpp" "${glue_dir}/jnijavacpp.cpp")
set(bound JennitCore Options Callback Callbacks Rule RuleScope Inactivity Overlay Overlays TreeChange Tree Rules Arguments Graphs Scripts ExportedDescription Exports
          Live KeptMemory ThreadCount Float32 ProcessEnd)
list(TRANSFORM bound PREPEND org.jennit.internal. OUTPUT_VARIABLE bound_names)
list(TRANSFORM bound REPLACE "(.+)" "${JENNIT_CLASSES}/org/jennit/internal/\\1.class" OUTPUT_VARIABLE bound_files)

# Ninja keeps what depends on the glue when the generator writes the same text again.
add_custom_command(
  OUTPUT ${glue}
  COMMAND "${JENNIT_JAVA_HOME}/bin/java" -cp "${JENNIT_CLASSES}:${JENNIT_CLASSPATH}" org.bytedeco.javacpp.tools.Builder
          -classpath "${JENNIT_CLASSES}" -nocompile -configdir "${JENNIT_CLASSES}/META-INF/native-image/linux-x86_64"
          -d "${glue_dir}/new" ${bound_names} > "${glue_dir}.log"
  COMMAND python3 "${CMAKE_CURRENT_LIST_DIR}/sort_glue.py" "${glue_dir}/new/jnijennit.cpp" "${glue_dir}/new/jnijavacpp.cpp"
  COMMAND ${CMAKE_COMMAND} -E copy_if_different "${glue_dir}/new/jnijennit.cpp" "${glue_dir}/new/jnijavacpp.cpp" "${glue_dir}"
  DEPENDS ${bound_files} "${CMAKE_CURRENT_LIST_DIR}/sort_glue.py"
  COMMENT "Generating the Java glue"
  VERBATIM)

add_library(jnijennit SHARED ${glue} jni/java_callback.cpp jni/make_room.cpp)
set_target_properties(jnijennit PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${JENNIT_CLASSES}/org/jennit/internal/linux-x86_64")
target_include_directories(jnijennit PRIVATE jni "${JENNIT_JAVA_HOME}/include" "${JENNIT_JAVA_HOME}/include/linux")
target_link_libraries(jnijennit PRIVATE jennit_core)
target_compile_options(jnijennit PRIVATE -w)
target_precompile_headers(jnijennit REUSE_FROM jennit_core)
# LibTorch is loaded before this library: no path of its own.
set_target_properties(jnijennit PROPERTIES BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN")
