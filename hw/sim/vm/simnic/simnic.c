// SPDX-License-Identifier: GPL-2.0
/*
 * simnic - a network interface that stamps what it receives, inside the guest kernel.
 *
 * It is a mirror: what is sent comes back with its addresses exchanged, so that a
 * host with the address A that asks any other address of the network asks itself,
 * over a wire of speed_mbps. A frame begins when it is sent, and has arrived when its
 * last bit has; the interrupt that tells of it comes late_ns to late_ns + jitter_ns
 * after that. Its PTP hardware clock
 *   phc(raw) = raw * (1 + rate_ppb) + step_ns        raw = CLOCK_MONOTONIC_RAW
 * stamps the beginning of every frame once SIOCSHWTSTAMP has asked for it, as
 * interfaces do.
 *
 * What happens at one moment is told by one reading of the guest's clocks. Two would
 * be apart by what the processor does in between, and now and then that is a timer's
 * interrupt of several microseconds.
 */
#include <linux/ethtool.h>
#include <linux/etherdevice.h>
#include <linux/hrtimer.h>
#include <linux/ip.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/net_tstamp.h>
#include <linux/netdevice.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/random.h>
#include <linux/timekeeping.h>
#include <linux/udp.h>

#define P(name, def, desc) static long name = def; \
	module_param(name, long, 0644); MODULE_PARM_DESC(name, desc)
P(late_ns, 20000, "from a packet to its interrupt");
P(jitter_ns, 20000, "and up to so much more");
P(bus_ns, 100, "once to twice this from the kernel's clock to ours, and back");
P(precise, 0, "both clocks can be read at one moment, at load");
P(rate_ppb, 30000, "of the clock against CLOCK_MONOTONIC_RAW, at load");
P(step_ns, 0, "added to the clock: somebody sets it");
P(wrong_ns, 0, "added to each stamp: a fault");
P(arrived_ns, 0, "CLOCK_REALTIME when the last request to port 123 had arrived (read only use)");
static long speed_mbps = 1000;

static struct net_device *nic;
static struct napi_struct napi;
static struct sk_buff_head queue;
static struct hrtimer irq;
static struct ptp_clock *ptp;
static struct hwtstamp_config config;

static s64 phc(s64 raw) { return raw + div_s64(raw / 1000 * rate_ppb, 1000000) + step_ns; }

/* up_to is anything from 0 to ns, without ns. */
static s64 up_to(long ns) { return ns > 0 ? get_random_u32() % ns : 0; }

static int phc_read(struct ptp_clock_info *i, struct timespec64 *ts, struct ptp_system_timestamp *s)
{
	struct system_time_snapshot now;

	ktime_get_snapshot(&now);
	*ts = ns_to_timespec64(phc(now.raw));
	if (s) {
		s->pre_ts = ktime_to_timespec64(now.real - bus_ns - up_to(bus_ns));
		s->post_ts = ktime_to_timespec64(now.real + bus_ns + up_to(bus_ns));
	}
	return 0;
}

static int phc_cross(struct ptp_clock_info *i, struct system_device_crosststamp *c)
{
	struct system_time_snapshot now;

	ktime_get_snapshot(&now);
	c->device = ns_to_ktime(phc(now.raw));
	c->sys_realtime = now.real;
	c->sys_monoraw = now.raw;
	return 0;
}

static int phc_set(struct ptp_clock_info *i, const struct timespec64 *t) { return -EOPNOTSUPP; }
static int phc_adjust(struct ptp_clock_info *i, s64 by) { return -EOPNOTSUPP; }
static int phc_steer(struct ptp_clock_info *i, long by) { return -EOPNOTSUPP; }
static int phc_enable(struct ptp_clock_info *i, struct ptp_clock_request *r, int on) { return -EOPNOTSUPP; }

static struct ptp_clock_info caps = {
	.owner = THIS_MODULE, .name = "simnic", .gettimex64 = phc_read,
	.settime64 = phc_set, .adjtime = phc_adjust, .adjfine = phc_steer, .enable = phc_enable,
};

static enum hrtimer_restart interrupt(struct hrtimer *t)
{
	napi_schedule(&napi);
	return HRTIMER_NORESTART;
}

static int nic_poll(struct napi_struct *n, int budget)
{
	struct sk_buff *skb;
	int done = 0;

	while (done < budget && (skb = skb_dequeue(&queue))) {
		skb->protocol = eth_type_trans(skb, nic);
		napi_gro_receive(n, skb);
		done++;
	}
	if (done < budget && napi_complete_done(n, done) && !skb_queue_empty(&queue))
		napi_schedule(n);
	return done;
}

/* mirror exchanges the addresses of an IPv4 packet, by which no checksum changes, and
 * tells whether it is a request. */
static bool mirror(struct sk_buff *skb)
{
	struct iphdr *ip = (struct iphdr *)(skb->data + ETH_HLEN);
	struct udphdr *udp = (struct udphdr *)(ip + 1);

	swap(ip->saddr, ip->daddr);
	return ip->protocol == IPPROTO_UDP && udp->dest == htons(123);
}

/* on_wire is how long a frame takes from its first address to its check sequence, ns. */
static long on_wire(struct sk_buff *skb)
{
	return (max_t(long, skb->len, ETH_ZLEN) + ETH_FCS_LEN) * 8000 / speed_mbps;
}

static netdev_tx_t nic_xmit(struct sk_buff *skb, struct net_device *dev)
{
	const int headers = ETH_HLEN + sizeof(struct iphdr) + sizeof(struct udphdr);
	struct system_time_snapshot begun;

	skb_tx_timestamp(skb);
	if (skb->protocol != htons(ETH_P_IP) || skb->len < headers || skb_ensure_writable(skb, headers)) {
		kfree_skb(skb);
		return NETDEV_TX_OK;
	}
	ktime_get_snapshot(&begun);
	if (mirror(skb))
		arrived_ns = begun.real + on_wire(skb);
	skb_orphan(skb);
	skb_scrub_packet(skb, true);
	memset(skb_hwtstamps(skb), 0, sizeof(*skb_hwtstamps(skb)));
	if (config.rx_filter == HWTSTAMP_FILTER_ALL)
		skb_hwtstamps(skb)->hwtstamp = ns_to_ktime(phc(begun.raw) + wrong_ns);
	skb_queue_tail(&queue, skb);
	if (!hrtimer_active(&irq))
		hrtimer_start(&irq, on_wire(skb) + late_ns + up_to(jitter_ns), HRTIMER_MODE_REL);
	return NETDEV_TX_OK;
}

static int nic_open(struct net_device *dev)
{
	napi_enable(&napi);
	netif_start_queue(dev);
	return 0;
}

static int nic_stop(struct net_device *dev)
{
	netif_stop_queue(dev);
	hrtimer_cancel(&irq);
	napi_disable(&napi);
	skb_queue_purge(&queue);
	return 0;
}

static int nic_ioctl(struct net_device *dev, struct ifreq *r, int cmd)
{
	if (cmd == SIOCSHWTSTAMP) {
		if (copy_from_user(&config, r->ifr_data, sizeof(config)))
			return -EFAULT;
		if (config.rx_filter != HWTSTAMP_FILTER_NONE)
			config.rx_filter = HWTSTAMP_FILTER_ALL;
	} else if (cmd != SIOCGHWTSTAMP) {
		return -EOPNOTSUPP;
	}
	return copy_to_user(r->ifr_data, &config, sizeof(config)) ? -EFAULT : 0;
}

static int nic_ts_info(struct net_device *dev, struct ethtool_ts_info *i)
{
	i->so_timestamping = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE |
		SOF_TIMESTAMPING_RX_HARDWARE | SOF_TIMESTAMPING_RAW_HARDWARE;
	i->phc_index = ptp_clock_index(ptp);
	i->tx_types = BIT(HWTSTAMP_TX_OFF);
	i->rx_filters = BIT(HWTSTAMP_FILTER_NONE) | BIT(HWTSTAMP_FILTER_ALL);
	return 0;
}

static int nic_link(struct net_device *dev, struct ethtool_link_ksettings *link)
{
	ethtool_link_ksettings_zero_link_mode(link, supported);
	link->base.speed = speed_mbps;
	link->base.duplex = DUPLEX_FULL;
	return 0;
}

/* set_speed has the link go, and come again with the new speed. */
static int set_speed(const char *text, const struct kernel_param *p)
{
	long speed;
	int err = kstrtol(text, 0, &speed);

	if (err || speed <= 0)
		return err ?: -EINVAL;
	if (nic)
		netif_carrier_off(nic);
	speed_mbps = speed;
	if (nic)
		netif_carrier_on(nic);
	return 0;
}

static const struct kernel_param_ops speed_ops = { .set = set_speed, .get = param_get_long };
module_param_cb(speed_mbps, &speed_ops, &speed_mbps, 0644);
MODULE_PARM_DESC(speed_mbps, "of the wire");

static const struct net_device_ops ops = {
	.ndo_open = nic_open, .ndo_stop = nic_stop, .ndo_start_xmit = nic_xmit, .ndo_eth_ioctl = nic_ioctl,
};

static const struct ethtool_ops eops = { .get_ts_info = nic_ts_info, .get_link_ksettings = nic_link };

static void setup(struct net_device *dev)
{
	ether_setup(dev);
	eth_hw_addr_random(dev);
	dev->flags |= IFF_NOARP; /* so that every neighbour has our own address */
	dev->netdev_ops = &ops;
	dev->ethtool_ops = &eops;
}

static int __init simnic_init(void)
{
	int err;

	skb_queue_head_init(&queue);
	hrtimer_init(&irq, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	irq.function = interrupt;
	if (precise)
		caps.getcrosststamp = phc_cross;
	ptp = ptp_clock_register(&caps, NULL);
	if (IS_ERR_OR_NULL(ptp))
		return -ENODEV;
	nic = alloc_netdev(0, "simnic%d", NET_NAME_ENUM, setup);
	if (!nic) {
		ptp_clock_unregister(ptp);
		return -ENOMEM;
	}
	netif_napi_add(nic, &napi, nic_poll);
	err = register_netdev(nic);
	if (err) {
		netif_napi_del(&napi);
		free_netdev(nic);
		ptp_clock_unregister(ptp);
	}
	return err;
}

static void __exit simnic_exit(void)
{
	unregister_netdev(nic);
	netif_napi_del(&napi);
	free_netdev(nic);
	ptp_clock_unregister(ptp);
}

module_init(simnic_init);
module_exit(simnic_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a network interface that stamps");
