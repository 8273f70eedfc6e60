// SPDX-License-Identifier: BSD-2-Clause
// A C++ program on the installed library: it asks a simulated card for an image that is not there.
#include <cx3flash/device.h>
#include <cx3flash/fs2.h>
#include <cx3flash/version.h>

#include <iostream>
#include <memory>
#include <string>

int main(int argc, char **argv)
{
	cx3_device_options options = {}; // C++ 11 has no names here: each member by itself
	cx3_flash_options flash = {};
	cx3_device *open = nullptr;
	cx3_fs2_info info;
	cx3_error err;

	if (argc != 2 || cx3_version() != CX3_VERSION)
		return 1;
	options.size = sizeof(options);
	options.flash = &flash;
	flash.size = sizeof(flash);
	flash.reading = CX3_READ_PLAIN;
	if (cx3_device_open((std::string("sim:") + argv[1]).c_str(), &options, &open, &err) != CX3_OK)
		return 1;
	const std::unique_ptr<cx3_device, void (*)(cx3_device *)> device(open, cx3_device_close);
	if (cx3_device_deepen(device.get(), CX3_OPEN_SHADOW, &err) != CX3_OK)
		return 1;
	const cx3_fs2_source content = cx3_shadow_source(cx3_device_shadow(device.get()));
	if (cx3_fs2_query(&content, CX3_FS2_STRIPED, CX3_FS2_QUICK, &info, &err) != CX3_E_NO_IMAGE)
		return 1;
	std::cout << "C++: " << err.cause << "\n";
	return 0;
}
