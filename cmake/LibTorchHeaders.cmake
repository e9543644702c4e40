# Sets JENNIT_LIBTORCH_INCLUDE to a folder with LibTorch's headers of exactly JENNIT_TORCH_VERSION:
# the copy that the variable names already, or one in the user's cache, downloaded once (146 MB).

set(JENNIT_TORCH_VERSION 2.10.0)
set(JENNIT_LIBTORCH_INCLUDE "" CACHE PATH "Include folder of LibTorch ${JENNIT_TORCH_VERSION}; empty: download the headers")

if(NOT JENNIT_LIBTORCH_INCLUDE)
  if(DEFINED ENV{XDG_CACHE_HOME})
    set(cache "$ENV{XDG_CACHE_HOME}/jennit")
  else()
    set(cache "$ENV{HOME}/.cache/jennit")
  endif()
  set(folder "${cache}/libtorch-headers-${JENNIT_TORCH_VERSION}")
  if(NOT EXISTS "${folder}/include/torch/headeronly/version.h")
    find_program(JENNIT_PYTHON NAMES python3 python)
    if(NOT JENNIT_PYTHON)
      message(FATAL_ERROR "Python 3 with pip is needed to download LibTorch's headers: install it, or set "
                          "-Djennit.libtorch.include=FOLDER to an existing copy of the headers of ${JENNIT_TORCH_VERSION}")
    endif()
    message(STATUS "Downloading the headers of LibTorch ${JENNIT_TORCH_VERSION} to ${folder}")
    execute_process(COMMAND ${JENNIT_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/libtorch_headers.py ${JENNIT_TORCH_VERSION} ${folder}
                    RESULT_VARIABLE failed)
    if(failed)
      message(FATAL_ERROR "The headers of LibTorch ${JENNIT_TORCH_VERSION} are missing (see the message above)")
    endif()
  endif()
  set(JENNIT_LIBTORCH_INCLUDE "${folder}/include")
endif()

set(version_file "${JENNIT_LIBTORCH_INCLUDE}/torch/headeronly/version.h")
if(NOT EXISTS "${version_file}")
  message(FATAL_ERROR "There are no LibTorch headers in ${JENNIT_LIBTORCH_INCLUDE} (no torch/headeronly/version.h): set "
                      "-Djennit.libtorch.include to the include folder of LibTorch ${JENNIT_TORCH_VERSION}")
endif()
file(STRINGS "${version_file}" lines REGEX "#define TORCH_VERSION_(MAJOR|MINOR|PATCH) +[0-9]+")
string(REGEX REPLACE "[^0-9;]+" "" found "${lines}")
string(REPLACE ";" "." found "${found}")
if(NOT found VERSION_EQUAL JENNIT_TORCH_VERSION)
  message(FATAL_ERROR "The headers in ${JENNIT_LIBTORCH_INCLUDE} are of LibTorch ${found}, but ${JENNIT_TORCH_VERSION} is "
                      "needed: unset -Djennit.libtorch.include to have them downloaded")
endif()
