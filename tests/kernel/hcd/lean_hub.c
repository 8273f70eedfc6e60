// SPDX-License-Identifier: BSD-2-Clause
/* The root hub: the one port that devices of lean_hcd are plugged into. */
#include <linux/usb/ch11.h>

#include "lean_priv.h"

static u32 connected(const struct lean_port *port)
{
	return port->plugged ? USB_PORT_STAT_CONNECTION : 0;
}

/* USB 2.0, 11.24.2.7: a reset device is enabled, at its speed. */
static void set_port_feature(struct lean_port *port, u16 feature)
{
	switch (feature) {
	case USB_PORT_FEAT_POWER:
		port->status |= USB_PORT_STAT_POWER | connected(port);
		break;
	case USB_PORT_FEAT_RESET:
		if (port->plugged)
			port->status |= USB_PORT_STAT_ENABLE;
		port->change |= USB_PORT_STAT_C_RESET;
		break;
	}
}

static void clear_port_feature(struct lean_port *port, u16 feature)
{
	switch (feature) {
	case USB_PORT_FEAT_ENABLE:
		port->status &= ~USB_PORT_STAT_ENABLE;
		break;
	case USB_PORT_FEAT_POWER:
		port->status &= ~(USB_PORT_STAT_POWER | USB_PORT_STAT_ENABLE);
		break;
	case USB_PORT_FEAT_C_CONNECTION:
	case USB_PORT_FEAT_C_ENABLE:
	case USB_PORT_FEAT_C_SUSPEND:
	case USB_PORT_FEAT_C_OVER_CURRENT:
	case USB_PORT_FEAT_C_RESET:
		port->change &= ~(1u << (feature - USB_PORT_FEAT_C_CONNECTION));
		break;
	}
}

static void describe_hub(char *buf)
{
	struct usb_hub_descriptor *hub = (void *)buf;

	memset(hub, 0, sizeof(*hub));
	hub->bDescLength = USB_DT_HUB_NONVAR_SIZE + 2;
	hub->bDescriptorType = USB_DT_HUB;
	hub->bNbrPorts = LEAN_HCD_PORTS;
	hub->wHubCharacteristics = cpu_to_le16(HUB_CHAR_INDV_PORT_LPSM | HUB_CHAR_NO_OCPM);
	hub->u.hs.DeviceRemovable[1] = 0xff;
}

int lean_hub_control(struct usb_hcd *hcd, u16 request, u16 value, u16 index, char *buf, u16 length)
{
	struct lean_port *port = &lean_ports[(index & 0xff) - 1];
	unsigned long flags;
	__le16 words[2] = {0};
	int rc = 0;

	if (request == GetPortStatus || request == SetPortFeature || request == ClearPortFeature) {
		if ((index & 0xff) < 1 || (index & 0xff) > LEAN_HCD_PORTS)
			return -EPIPE;
	}
	spin_lock_irqsave(&lean_lock, flags);
	switch (request) {
	case GetHubDescriptor:
		describe_hub(buf);
		break;
	case GetPortStatus:
		words[0] = cpu_to_le16(port->status);
		words[1] = cpu_to_le16(port->change);
		fallthrough;
	case GetHubStatus:
		memcpy(buf, words, sizeof(words));
		break;
	case SetPortFeature:
		set_port_feature(port, value);
		break;
	case ClearPortFeature:
		clear_port_feature(port, value);
		break;
	default:
		rc = -EPIPE;
	}
	spin_unlock_irqrestore(&lean_lock, flags);
	return rc;
}

int lean_hub_status_data(struct usb_hcd *hcd, char *buf)
{
	unsigned long flags;

	buf[0] = 0;
	spin_lock_irqsave(&lean_lock, flags);
	for (unsigned i = 0; i < LEAN_HCD_PORTS; i++) {
		if (lean_ports[i].change)
			buf[0] |= 2 << i; /* bit 0 is the hub's own */
	}
	spin_unlock_irqrestore(&lean_lock, flags);
	return buf[0] ? 1 : 0;
}
