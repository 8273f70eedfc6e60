# SPDX-License-Identifier: BSD-2-Clause
# Builds for Debian s390x on another machine; tests run under qemu-user.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR s390x)
set(CMAKE_C_COMPILER s390x-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER s390x-linux-gnu-g++)
set(CMAKE_LIBRARY_ARCHITECTURE s390x-linux-gnu)
set(PKG_CONFIG_EXECUTABLE s390x-linux-gnu-pkg-config)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-s390x)
