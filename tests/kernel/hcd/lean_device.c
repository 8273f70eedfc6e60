// SPDX-License-Identifier: BSD-2-Clause
/* The device's end: /dev/lean_hcd. */
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "lean_priv.h"

static int lean_open(struct inode *inode, struct file *f)
{
	struct lean_device *device = kzalloc(sizeof(*device), GFP_KERNEL);

	if (!device)
		return -ENOMEM;
	INIT_LIST_HEAD(&device->queued);
	INIT_LIST_HEAD(&device->handed);
	INIT_LIST_HEAD(&device->cancelled);
	INIT_LIST_HEAD(&device->early);
	init_waitqueue_head(&device->wait);
	mutex_init(&device->mutex);
	f->private_data = device;
	return 0;
}

static long plug_in(struct lean_device *device, u32 number, u32 speed)
{
	struct lean_port *port;

	if (number >= LEAN_HCD_PORTS)
		return -EINVAL;
	port = &lean_ports[number];
	spin_lock_irq(&lean_lock);
	if (port->plugged || device->port || device->pulled) {
		spin_unlock_irq(&lean_lock);
		return -EBUSY;
	}
	device->port = port;
	port->plugged = device;
	port->status = USB_PORT_STAT_POWER | USB_PORT_STAT_CONNECTION;
	if (speed == USB_SPEED_LOW)
		port->status |= USB_PORT_STAT_LOW_SPEED;
	else if (speed == USB_SPEED_HIGH)
		port->status |= USB_PORT_STAT_HIGH_SPEED;
	port->change |= USB_PORT_STAT_C_CONNECTION;
	spin_unlock_irq(&lean_lock);
	usb_hcd_poll_rh_status(lean_the_hcd);
	return 0;
}

/* All requests fail at once, as when a cable is pulled. */
static void pull_out(struct lean_device *device)
{
	struct lean_request *request, *next;
	struct lean_early *early, *next_early;
	bool was_in;

	mutex_lock(&device->mutex);
	spin_lock_irq(&lean_lock);
	was_in = device->port;
	device->pulled = true;
	if (was_in) {
		device->port->plugged = NULL;
		device->port->status = USB_PORT_STAT_POWER;
		device->port->change |= USB_PORT_STAT_C_CONNECTION;
		device->port = NULL;
	}
	list_splice_init(&device->handed, &device->queued);
	while (!list_empty(&device->queued)) {
		request = list_first_entry(&device->queued, struct lean_request, link);
		list_del(&request->link);
		lean_give_back(request, -ESHUTDOWN);
	}
	list_for_each_entry_safe (request, next, &device->cancelled, link) {
		list_del(&request->link);
		kfree(request);
	}
	list_for_each_entry_safe (early, next_early, &device->early, link) {
		list_del(&early->link);
		kfree(early);
	}
	spin_unlock_irq(&lean_lock);
	mutex_unlock(&device->mutex);
	wake_up(&device->wait);
	if (was_in)
		usb_hcd_poll_rh_status(lean_the_hcd);
}

static int lean_release(struct inode *inode, struct file *f)
{
	pull_out(f->private_data);
	kfree(f->private_data);
	return 0;
}

static long lean_ioctl(struct file *f, unsigned int command, unsigned long arg)
{
	struct lean_hcd_plug plug;

	switch (command) {
	case LEAN_HCD_PLUG:
		if (copy_from_user(&plug, (void __user *)arg, sizeof(plug)))
			return -EFAULT;
		return plug_in(f->private_data, plug.port, plug.speed);
	case LEAN_HCD_PULL:
		pull_out(f->private_data);
		return 0;
	default:
		return -ENOTTY;
	}
}

static bool has_message(const struct lean_device *device)
{
	return device->pulled || !list_empty(&device->queued) || !list_empty(&device->cancelled);
}

static __poll_t lean_poll(struct file *f, poll_table *table)
{
	struct lean_device *device = f->private_data;

	poll_wait(f, &device->wait, table);
	return has_message(device) ? EPOLLIN : 0;
}

static u32 out_length(struct urb *urb)
{
	return usb_urb_dir_out(urb) ? urb->transfer_buffer_length : 0;
}

/* The next message's request, with its head in *head; NULL if there is none. */
static struct lean_request *take_message(struct lean_device *device, struct lean_hcd_request *head,
					 size_t room)
{
	struct list_head *from = list_empty(&device->cancelled) ? &device->queued
								: &device->cancelled;
	struct lean_request *request = list_first_entry_or_null(from, struct lean_request, link);
	struct urb *urb = request ? request->urb : NULL;

	if (!request || (urb && sizeof(*head) + out_length(urb) > room))
		return NULL;
	*head = (struct lean_hcd_request){.id = request->id, .cancelled = !urb};
	if (!urb) {
		list_del(&request->link);
		return request;
	}
	head->length = urb->transfer_buffer_length;
	head->endpoint = usb_endpoint_num(&urb->ep->desc);
	head->to_host = usb_urb_dir_in(urb);
	if (urb->setup_packet)
		memcpy(head->setup, urb->setup_packet, sizeof(head->setup));
	list_move_tail(&request->link, &device->handed);
	return request;
}

/* The message's head and, to the device, its data. */
static int copy_out(char __user *buf, const struct lean_hcd_request *head,
		    const struct lean_request *request, u32 payload)
{
	if (copy_to_user(buf, head, sizeof(*head)))
		return -EFAULT;
	if (payload && copy_to_user(buf + sizeof(*head), request->urb->transfer_buffer, payload))
		return -EFAULT;
	return (int)(sizeof(*head) + payload);
}

static int read_message(struct lean_device *device, char __user *buf, size_t room)
{
	struct lean_hcd_request head;
	struct lean_request *request;
	u32 payload = 0;
	int rc;

	spin_lock_irq(&lean_lock);
	request = take_message(device, &head, room);
	if (request && request->urb) {
		payload = out_length(request->urb);
		request->copying = true;
	}
	spin_unlock_irq(&lean_lock);
	if (!request)
		return device->pulled ? 0 : has_message(device) ? -EMSGSIZE : -EAGAIN;
	rc = copy_out(buf, &head, request, payload);
	if (!request->urb) {
		kfree(request);
		return rc;
	}
	spin_lock_irq(&lean_lock);
	request->copying = false;
	if (request->urb->unlinked) {
		list_del(&request->link);
		lean_give_back(request, request->urb->unlinked);
	}
	spin_unlock_irq(&lean_lock);
	return rc;
}

static ssize_t lean_read(struct file *f, char __user *buf, size_t room, loff_t *pos)
{
	struct lean_device *device = f->private_data;
	int rc = wait_event_interruptible(device->wait, has_message(device));

	if (rc)
		return rc;
	mutex_lock(&device->mutex);
	rc = read_message(device, buf, room);
	mutex_unlock(&device->mutex);
	return rc;
}

static struct lean_request *find_handed(struct lean_device *device, u32 id)
{
	struct lean_request *request;

	list_for_each_entry (request, &device->handed, link) {
		if (request->id == id)
			return request;
	}
	return NULL;
}

/* Data into the request's buffer; its status or a negative errno. */
static int complete_data(struct urb *urb, const struct lean_hcd_reply *reply,
			 const char __user *data, size_t len)
{
	u32 actual = usb_urb_dir_in(urb) ? len : reply->taken;

	if (actual > urb->transfer_buffer_length)
		return -EOVERFLOW;
	if (usb_urb_dir_in(urb) && len && copy_from_user(urb->transfer_buffer, data, len))
		return -EFAULT;
	urb->actual_length = actual;
	if (actual < urb->transfer_buffer_length && (urb->transfer_flags & URB_SHORT_NOT_OK))
		return -EREMOTEIO;
	return reply->status;
}

/* NULL or an ERR_PTR if there is none. */
static struct lean_early *copy_early(const struct lean_hcd_reply *reply, const char __user *data,
				     size_t len)
{
	struct lean_early *early;

	if (!reply->early || !len)
		return NULL;
	early = kmalloc(struct_size(early, data, len), GFP_KERNEL);
	if (!early)
		return ERR_PTR(-ENOMEM);
	*early = (struct lean_early){.endpoint = reply->early, .len = len};
	if (!copy_from_user(early->data, data, len))
		return early;
	kfree(early);
	return ERR_PTR(-EFAULT);
}

static int write_reply(struct lean_device *device, const struct lean_hcd_reply *reply,
		       const char __user *data, size_t len)
{
	struct lean_early *early = copy_early(reply, data, len);
	struct lean_request *request;
	int status;

	if (IS_ERR(early))
		return PTR_ERR(early);
	spin_lock_irq(&lean_lock);
	request = find_handed(device, reply->id);
	if (request) {
		list_del(&request->link);
		request->copying = true;
	}
	spin_unlock_irq(&lean_lock);
	if (!request) {
		kfree(early);
		return device->pulled ? -EPIPE : 0;
	}
	status = complete_data(request->urb, reply, data, len);
	spin_lock_irq(&lean_lock);
	if (early)
		list_add_tail(&early->link, &device->early);
	lean_give_back(request, status);
	spin_unlock_irq(&lean_lock);
	return 0;
}

static ssize_t lean_write(struct file *f, const char __user *buf, size_t len, loff_t *pos)
{
	struct lean_device *device = f->private_data;
	struct lean_hcd_reply reply;
	int rc;

	if (len < sizeof(reply))
		return -EINVAL;
	if (copy_from_user(&reply, buf, sizeof(reply)))
		return -EFAULT;
	mutex_lock(&device->mutex);
	rc = write_reply(device, &reply, buf + sizeof(reply), len - sizeof(reply));
	mutex_unlock(&device->mutex);
	return rc ? rc : (ssize_t)len;
}

const struct file_operations lean_file_operations = {
	.owner = THIS_MODULE,
	.open = lean_open,
	.release = lean_release,
	.read = lean_read,
	.write = lean_write,
	.poll = lean_poll,
	.unlocked_ioctl = lean_ioctl,
	.llseek = no_llseek,
};
