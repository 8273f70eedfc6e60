// SPDX-License-Identifier: BSD-2-Clause
/*
 * A USB host controller whose devices are programs: what vhci-hcd does, for a
 * kernel on an emulated CPU. A program opens /dev/lean_hcd, plugs itself into a
 * port (ioctl), reads the requests of the kernel's drivers and writes its replies.
 * There are no threads and no socket in between: a request costs two switches of the
 * CPU instead of five, and that is where an emulated CPU spends its time.
 *
 * A reply to a request that the kernel has cancelled meanwhile is dropped.
 */
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "lean_priv.h"

struct usb_hcd *lean_the_hcd;
struct lean_port lean_ports[LEAN_HCD_PORTS];
DEFINE_SPINLOCK(lean_lock);

void lean_give_back(struct lean_request *request, int status)
{
	struct urb *urb = request->urb;

	urb->hcpriv = NULL;
	kfree(request);
	usb_hcd_unlink_urb_from_ep(lean_the_hcd, urb);
	spin_unlock(&lean_lock);
	usb_hcd_giveback_urb(lean_the_hcd, urb, status);
	spin_lock(&lean_lock);
}

/* The next early answer into the request, if there is one. */
static bool take_early(struct lean_device *device, struct urb *urb, int *status)
{
	struct lean_early *early = list_first_entry_or_null(&device->early, struct lean_early,
							    link);
	u32 len;

	if (!early || !usb_urb_dir_in(urb) || usb_endpoint_num(&urb->ep->desc) != early->endpoint)
		return false;
	len = early->data[early->at++];
	len = min(len, early->len - early->at);
	*status = len > urb->transfer_buffer_length ? -EOVERFLOW : 0;
	urb->actual_length = min(len, urb->transfer_buffer_length);
	memcpy(urb->transfer_buffer, early->data + early->at, urb->actual_length);
	early->at += len;
	if (early->at == early->len) {
		list_del(&early->link);
		kfree(early);
	}
	return true;
}

static int lean_urb_enqueue(struct usb_hcd *hcd, struct urb *urb, gfp_t mem_flags)
{
	struct lean_request *request = kmalloc(sizeof(*request), mem_flags);
	struct lean_device *device = NULL;
	unsigned long flags;
	int rc = -ENODEV, status;

	if (!request)
		return -ENOMEM;
	spin_lock_irqsave(&lean_lock, flags);
	if (urb->dev->portnum >= 1 && urb->dev->portnum <= LEAN_HCD_PORTS)
		device = lean_ports[urb->dev->portnum - 1].plugged;
	if (device)
		rc = usb_hcd_link_urb_to_ep(hcd, urb);
	if (rc) {
		spin_unlock_irqrestore(&lean_lock, flags);
		kfree(request);
		return rc;
	}
	*request = (struct lean_request){.urb = urb, .id = ++device->last_id};
	urb->hcpriv = request;
	if (take_early(device, urb, &status)) {
		lean_give_back(request, status);
	} else {
		list_add_tail(&request->link, &device->queued);
		wake_up(&device->wait);
	}
	spin_unlock_irqrestore(&lean_lock, flags);
	return 0;
}

static int lean_urb_dequeue(struct usb_hcd *hcd, struct urb *urb, int status)
{
	struct lean_request *request, *notice;
	struct lean_device *device = NULL;
	unsigned long flags;
	int rc;

	spin_lock_irqsave(&lean_lock, flags);
	rc = usb_hcd_check_unlink_urb(hcd, urb, status);
	request = urb->hcpriv;
	if (rc || !request || request->copying)
		goto out; /* who copies gives it back */
	device = lean_ports[urb->dev->portnum - 1].plugged;
	list_del(&request->link);
	/* Without memory the device is not told, and its reply is dropped. */
	notice = device ? kzalloc(sizeof(*notice), GFP_ATOMIC) : NULL;
	if (notice) {
		notice->id = request->id;
		list_add_tail(&notice->link, &device->cancelled);
	}
	lean_give_back(request, status);
	if (device)
		wake_up(&device->wait);
out:
	spin_unlock_irqrestore(&lean_lock, flags);
	return rc;
}

static int lean_start(struct usb_hcd *hcd)
{
	hcd->uses_new_polling = 1;
	hcd->state = HC_STATE_RUNNING;
	return 0;
}

static void lean_stop(struct usb_hcd *hcd)
{
}

static int lean_get_frame(struct usb_hcd *hcd)
{
	return (int)ktime_to_ms(ktime_get()) & 0x7ff;
}

const struct hc_driver lean_hc_driver = {
	.description = "lean_hcd",
	.product_desc = "USB devices that are programs",
	.flags = HCD_USB2,
	.start = lean_start,
	.stop = lean_stop,
	.urb_enqueue = lean_urb_enqueue,
	.urb_dequeue = lean_urb_dequeue,
	.get_frame_number = lean_get_frame,
	.hub_status_data = lean_hub_status_data,
	.hub_control = lean_hub_control,
};

static struct miscdevice lean_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "lean_hcd",
	.fops = &lean_file_operations,
};

static int lean_probe(struct platform_device *device)
{
	int rc;

	lean_the_hcd = usb_create_hcd(&lean_hc_driver, &device->dev, "lean_hcd");
	if (!lean_the_hcd)
		return -ENOMEM;
	lean_the_hcd->has_tt = 1; /* or no slow device may be plugged into a fast hub */
	rc = usb_add_hcd(lean_the_hcd, 0, 0);
	if (rc)
		goto put;
	rc = misc_register(&lean_misc);
	if (!rc)
		return 0;
	usb_remove_hcd(lean_the_hcd);
put:
	usb_put_hcd(lean_the_hcd);
	return rc;
}

static struct platform_driver lean_platform_driver = {.driver.name = "lean_hcd"};

/* Stays for as long as the guest runs: there is no way to unload it. */
static int __init lean_init(void)
{
	return PTR_ERR_OR_ZERO(
		platform_create_bundle(&lean_platform_driver, lean_probe, NULL, 0, NULL, 0));
}
module_init(lean_init);

MODULE_DESCRIPTION("USB host controller whose devices are programs, for tests");
MODULE_LICENSE("Dual BSD/GPL");
