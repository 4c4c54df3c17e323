# Debian packages: tools/packages.txt lists them, tools/check installs them.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
foreach(lib unicorn capstone libelf libdw json-c nettle zlib cmocka)
  string(REPLACE "-" "_" name ${lib})
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${lib})
endforeach()
