# Language, warnings, sanitizers: INTERFACE targets that mcuscope_module() links.
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON) # POSIX and GNU functions of the C library
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

option(MCUSCOPE_WERROR "Warnings are errors" OFF)
option(MCUSCOPE_SANITIZE "AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(MCUSCOPE_COVERAGE "gcov instrumentation" OFF)
option(MCUSCOPE_LIBFUZZER "Build the fuzz targets with clang's libFuzzer" OFF)

add_library(mcuscope_options INTERFACE)
target_compile_definitions(mcuscope_options INTERFACE _GNU_SOURCE)
target_include_directories(mcuscope_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(mcuscope_options INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes
  -Wswitch-enum -Wdouble-promotion -Wpointer-arith -Wwrite-strings
  # The same bytes on every machine: no fused multiply-add, no reassociation.
  -ffp-contract=off)
if(MCUSCOPE_WERROR)
  target_compile_options(mcuscope_options INTERFACE -Werror)
endif()
if(MCUSCOPE_SANITIZE)
  target_compile_options(mcuscope_options INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(mcuscope_options INTERFACE -fsanitize=address,undefined)
endif()
if(MCUSCOPE_COVERAGE)
  target_compile_options(mcuscope_options INTERFACE --coverage)
  target_link_options(mcuscope_options INTERFACE --coverage)
endif()
if(MCUSCOPE_LIBFUZZER)
  target_compile_options(mcuscope_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
