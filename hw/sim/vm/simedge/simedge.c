// SPDX-License-Identifier: GPL-2.0
/*
 * simedge - other paths by which the pulse of simgps can be seen.
 *
 *   /dev/ptpN        a PHC with pins and external timestamps (phc=1), whose clock
 *                    runs by itself; it behaves like an i210, an igc or a CM4
 *   /dev/gpiomem     a page with a register whose bit is the level of the pulse
 *                    (level=1, x86): a bit of the HPET's counter, which is set to
 *                    turn at the very moment, with no interrupt that the reader sees
 *   /dev/gpiochipN   lines with events (gpio chips, not x86): line 0 is the pulse,
 *                    line 2 an output that is wired to the input 3 (loop_ns later)
 *   /dev/ttySIM0     a serial port (dcd=1) whose DCD line is the pulse, for N_PPS
 *   /proc/device-tree   with level=1: model and compatible of a Raspberry Pi 4
 */
#include <linux/module.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/math64.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/proc_fs.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/seq_file.h>
#include <linux/timekeeping.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_ldisc.h>
#include <linux/tty_port.h>
#include <linux/version.h>
#include "../simgps/simgps.h"

#define P(name, def, desc) static long name = def; \
	module_param(name, long, 0644); MODULE_PARM_DESC(name, desc)
P(phc, 0, "1: a clock with external timestamps");
P(ppb, 12000, "rate of that clock against the raw clock");
P(noise_ns, 0, "gaussian sigma of its timestamps");
P(refused, 0, "pins, from the first on, that are no inputs");
P(one_edge, 1, "0: it cannot stamp the rising edge alone and stamps both");
P(plain, 0, "1: it can only be read by PTP_SYS_OFFSET");
P(precise, 0, "1: it and the system's clock can be read at one moment");
P(read_ns, 2000, "how long it takes to read it");
P(suspend_us, 0, "an edge so soon after a reading is lost");
P(lost_pm, 0, "per mille of events that are lost");
P(double_pm, 0, "per mille of events that come twice");
P(shifted_pm, 0, "per mille of events that come again, a second older");
P(deliver_ms, 0, "events are delivered up to so much later");
P(other_ms, 0, "so long after the pulse, an event of the other channel");
P(level, 0, "1: a page with the level of the pulse");
P(lines, 0, "1: a chip with lines");
P(dcd, 0, "1: a serial port with the pulse on DCD");
P(irq_ns, 0, "how long after an edge its interrupt comes");
P(loop_ns, 0, "how long the way from line 2 to line 3 takes");
P(events, 0, "events that were stamped (read only use)");

static u64 rng = 88172645463325252ull, raw0, last_read;
static u32 rnd(void)
{
	rng ^= rng << 13; rng ^= rng >> 7; rng ^= rng << 17;
	return rng >> 16;
}
static s64 gauss(s64 sigma)
{
	s64 s = 0; int i;

	for (i = 0; i < 12; i++)
		s += rnd() >> 8;
	s -= 6LL << 24;
	return div_s64(s * sigma, 1 << 24);
}
static bool permille(long p) { return p > 0 && (rnd() % 1000) < p; }
static void spin(u64 ns)
{
	u64 end = ktime_get_raw_ns() + ns;

	while (ns && ktime_get_raw_ns() < end)
		cpu_relax();
}

/* The clock. */
static struct ptp_clock *ptp;
static bool on[2], both;
static struct pending {
	struct hrtimer t;
	struct ptp_clock_event e;
} pending[8];

static u64 clock_at(u64 raw)
{
	s64 d = raw - raw0;

	return 1000000000000ull + d + div_s64((d >> 3) * ppb, 125000000);
}
static enum hrtimer_restart deliver(struct hrtimer *t)
{
	ptp_clock_event(ptp, &container_of(t, struct pending, t)->e);
	return HRTIMER_NORESTART;
}
static void tell(int channel, u64 stamp, u64 after)
{
	struct ptp_clock_event e = { .type = PTP_CLOCK_EXTTS, .index = channel, .timestamp = stamp };
	int i;

	for (i = 0; after && i < ARRAY_SIZE(pending); i++) {
		if (hrtimer_active(&pending[i].t))
			continue;
		pending[i].e = e;
		hrtimer_start(&pending[i].t, ns_to_ktime(after), HRTIMER_MODE_REL_HARD);
		return;
	}
	ptp_clock_event(ptp, &e);
}
static void stamp(int l, u64 raw)
{
	u64 at, after = deliver_ms ? (u64)(rnd() % (u32)deliver_ms) * 1000000 : 0;

	if (l && other_ms)
		tell(1, clock_at(raw) + other_ms * 1000000, other_ms * 1000000);
	if (!on[0] || !(l || both) || permille(lost_pm))
		return;
	if (suspend_us && raw - last_read < suspend_us * 1000)
		return;
	at = clock_at(raw) + (noise_ns ? gauss(noise_ns) : 0);
	tell(0, at, after);
	if (permille(double_pm))
		tell(0, at, after);
	if (permille(shifted_pm))
		tell(0, at - 1000000000, after + 1000);
	events++;
}
static int p_gettimex(struct ptp_clock_info *i, struct timespec64 *ts, struct ptp_system_timestamp *sts)
{
	ptp_read_system_prets(sts);
	spin(read_ns / 2);
	last_read = ktime_get_raw_ns();
	*ts = ns_to_timespec64(clock_at(last_read));
	spin(read_ns - read_ns / 2);
	ptp_read_system_postts(sts);
	return 0;
}
static int p_gettime(struct ptp_clock_info *i, struct timespec64 *ts) { return p_gettimex(i, ts, NULL); }
static int p_cross(struct ptp_clock_info *i, struct system_device_crosststamp *x)
{
	struct system_time_snapshot s;

	ktime_get_snapshot(&s);
	last_read = ktime_to_ns(s.raw);
	x->device = ns_to_ktime(clock_at(last_read));
	x->sys_realtime = s.real;
	x->sys_monoraw = s.raw;
	return 0;
}
static int p_enable(struct ptp_clock_info *i, struct ptp_clock_request *r, int enable)
{
	unsigned int f = r->extts.flags, edges = PTP_RISING_EDGE | PTP_FALLING_EDGE;

	if (r->type != PTP_CLK_REQ_EXTTS || r->extts.index > 1)
		return -EOPNOTSUPP;
	if (enable && !one_edge && (f & PTP_STRICT_FLAGS) && (f & edges) && (f & edges) != edges)
		return -EOPNOTSUPP;
	if (enable && r->extts.index == 0)
		both = !one_edge || (f & edges) == edges;
	on[r->extts.index] = enable;
	return 0;
}
static int p_verify(struct ptp_clock_info *i, unsigned int pin, enum ptp_pin_function func, unsigned int chan)
{
	return pin < refused || func == PTP_PF_PHYSYNC;
}
static int p_adjfine(struct ptp_clock_info *i, long v) { return -EOPNOTSUPP; }
static int p_adjtime(struct ptp_clock_info *i, s64 v) { return -EOPNOTSUPP; }
static int p_settime(struct ptp_clock_info *i, const struct timespec64 *v) { return -EOPNOTSUPP; }
static struct ptp_pin_desc pins[] = {
	{ .name = "SDP0", .index = 0 }, { .name = "SDP1", .index = 1 }, { .name = "SDP2", .index = 2 },
};
static struct ptp_clock_info pinfo = {
	.owner = THIS_MODULE, .name = "simedge", .n_ext_ts = 2, .n_pins = ARRAY_SIZE(pins), .pin_config = pins,
	.adjfine = p_adjfine, .adjtime = p_adjtime, .settime64 = p_settime, .enable = p_enable, .verify = p_verify,
};

/* The level. */
#ifdef CONFIG_X86
#define HPET 0xFED00000UL
#define BIT_OF 23	/* of its counter: 84 ms high, as long low */
static void __iomem *hpet;
static u32 period;	/* of its counter, ns */

static void turn(u64 raw)
{
	u64 before, after, ticks;

	if (!hpet)
		return;
	writel(readl(hpet + 0x10) & ~1u, hpet + 0x10);
	before = ktime_get_raw_ns();
	ticks = raw - before;
	do_div(ticks, period);
	writel((1u << BIT_OF) - (u32)ticks, hpet + 0xF0);
	writel(0, hpet + 0xF4);
	writel(readl(hpet + 0x10) | 1u, hpet + 0x10);
	after = ktime_get_raw_ns();
	/* it began to count at about "after": once more, with what that took */
	writel(readl(hpet + 0x10) & ~1u, hpet + 0x10);
	ticks = raw - ktime_get_raw_ns() - (after - before);
	do_div(ticks, period);
	writel((1u << BIT_OF) - (u32)ticks, hpet + 0xF0);
	writel(0, hpet + 0xF4);
	writel(readl(hpet + 0x10) | 1u, hpet + 0x10);
}
static int m_map(struct file *f, struct vm_area_struct *vma)
{
	vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	return remap_pfn_range(vma, vma->vm_start, HPET >> PAGE_SHIFT, PAGE_SIZE, vma->vm_page_prot);
}
static const struct file_operations mops = { .owner = THIS_MODULE, .mmap = m_map };
static struct miscdevice mem = { .minor = MISC_DYNAMIC_MINOR, .name = "gpiomem", .fops = &mops };
static int model(struct seq_file *m, void *v)
{
	seq_puts(m, "Raspberry Pi 4 Model B Rev 1.4");
	return 0;
}
static int compatible(struct seq_file *m, void *v)
{
	seq_write(m, "raspberrypi,4-model-b\0brcm,bcm2711", 35);
	return 0;
}
static int level_up(void)
{
	hpet = ioremap(HPET, PAGE_SIZE);
	period = readl(hpet + 4) / 1000000;
	proc_mkdir("device-tree", NULL);
	proc_create_single("device-tree/model", 0444, NULL, model);
	proc_create_single("device-tree/compatible", 0444, NULL, compatible);
	return misc_register(&mem);
}
static void level_down(void)
{
	misc_deregister(&mem);
	remove_proc_subtree("device-tree", NULL);
	iounmap(hpet);
}
#else
static void turn(u64 raw) { }
static int level_up(void) { return -EOPNOTSUPP; }
static void level_down(void) { }
#endif

/* The lines. */
#ifdef SIMGPS_GPIO
#include <linux/gpio/driver.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/platform_device.h>
static int value[4];
static unsigned int trig[4], output = 0;
static struct irq_domain *dom;
static struct platform_device *dev;
static struct hrtimer loop_tmr;

static void edge(int line, int l)
{
	if (value[line] == l)
		return;
	value[line] = l;
	spin(irq_ns);
	if (trig[line] & (l ? IRQ_TYPE_EDGE_RISING : IRQ_TYPE_EDGE_FALLING))
		generic_handle_domain_irq(dom, line);
}
static enum hrtimer_restart looped(struct hrtimer *t)
{
	edge(3, value[2]);
	return HRTIMER_NORESTART;
}
static int g_dir(struct gpio_chip *c, unsigned int o)
{
	return o == 2 && output ? GPIO_LINE_DIRECTION_OUT : GPIO_LINE_DIRECTION_IN;
}
static int g_in(struct gpio_chip *c, unsigned int o) { output &= o != 2; return 0; }
static void g_set(struct gpio_chip *c, unsigned int o, int l)
{
	if (o != 2 || value[2] == !!l)
		return;
	value[2] = !!l;
	hrtimer_start(&loop_tmr, ns_to_ktime(loop_ns), HRTIMER_MODE_REL_HARD);
}
static int g_out(struct gpio_chip *c, unsigned int o, int l)
{
	if (o != 2)
		return -EINVAL;
	output = 1;
	g_set(c, o, l);
	return 0;
}
static int g_get(struct gpio_chip *c, unsigned int o) { return value[o]; }
static int g_irq(struct gpio_chip *c, unsigned int o) { return irq_create_mapping(dom, o); }
static void i_nop(struct irq_data *d) { }
static int i_type(struct irq_data *d, unsigned int t) { trig[irqd_to_hwirq(d)] = t; return 0; }
static struct irq_chip ichip = {
	.name = "simedge", .irq_mask = i_nop, .irq_unmask = i_nop, .irq_set_type = i_type,
};
static int d_map(struct irq_domain *d, unsigned int virq, irq_hw_number_t hw)
{
	irq_set_chip_and_handler(virq, &ichip, handle_simple_irq);
	irq_modify_status(virq, IRQ_NOREQUEST | IRQ_NOAUTOEN, IRQ_NOPROBE);
	return 0;
}
static const struct irq_domain_ops dops = { .map = d_map };
static struct gpio_chip chip = {
	.label = "pinctrl-rp1", .owner = THIS_MODULE, .base = -1, .ngpio = 4, .get_direction = g_dir,
	.direction_input = g_in, .direction_output = g_out, .get = g_get, .set = g_set, .to_irq = g_irq,
};
static int lines_up(void)
{
	hrtimer_init(&loop_tmr, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	loop_tmr.function = looped;
	dom = irq_domain_add_linear(NULL, chip.ngpio, &dops, NULL);
	if (!dom)
		return -ENOMEM;
	dev = platform_device_register_simple("simedge", -1, NULL, 0);
	chip.parent = &dev->dev;
	return gpiochip_add_data(&chip, NULL);
}
static void lines_down(void)
{
	int i;

	hrtimer_cancel(&loop_tmr);
	gpiochip_remove(&chip);
	platform_device_unregister(dev);
	for (i = 0; i < chip.ngpio; i++)
		irq_dispose_mapping(irq_find_mapping(dom, i));
	irq_domain_remove(dom);
}
#else
static void edge(int line, int l) { }
static int lines_up(void) { return -EOPNOTSUPP; }
static void lines_down(void) { }
#endif

/* The serial port. */
static struct tty_driver *tdrv;
static struct tty_port tport;
static const struct tty_port_operations pops = { };
static int carrier;

static void change(int l)
{
	struct tty_struct *tty = tty_port_tty_get(&tport);
	struct tty_ldisc *ld = tty ? tty_ldisc_ref(tty) : NULL;

	carrier = l;
	if (ld && ld->ops->dcd_change)
		ld->ops->dcd_change(tty, l);
	if (ld)
		tty_ldisc_deref(ld);
	tty_kref_put(tty);
}
static int t_open(struct tty_struct *tty, struct file *f) { return tty_port_open(&tport, tty, f); }
static void t_close(struct tty_struct *tty, struct file *f) { tty_port_close(&tport, tty, f); }
static void t_hangup(struct tty_struct *tty) { tty_port_hangup(&tport); }
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
static int t_write(struct tty_struct *tty, const unsigned char *b, int n) { return n; }
#else
static ssize_t t_write(struct tty_struct *tty, const u8 *b, size_t n) { return n; }
#endif
static unsigned int t_room(struct tty_struct *tty) { return 4096; }
static int t_lines(struct tty_struct *tty) { return carrier ? TIOCM_CAR : 0; }
static const struct tty_operations tops = {
	.open = t_open, .close = t_close, .hangup = t_hangup, .write = t_write, .write_room = t_room, .tiocmget = t_lines,
};
static int dcd_up(void)
{
	tdrv = tty_alloc_driver(1, TTY_DRIVER_RESET_TERMIOS | TTY_DRIVER_REAL_RAW);
	if (IS_ERR(tdrv))
		return PTR_ERR(tdrv);
	tdrv->driver_name = "simedge";
	tdrv->name = "ttySIM";
	tdrv->type = TTY_DRIVER_TYPE_SERIAL;
	tdrv->subtype = SERIAL_TYPE_NORMAL;
	tdrv->init_termios = tty_std_termios;
	tty_set_operations(tdrv, &tops);
	tty_port_init(&tport);
	tport.ops = &pops;
	tty_port_link_device(&tport, tdrv, 0);
	return tty_register_driver(tdrv);
}
static void dcd_down(void)
{
	tty_unregister_driver(tdrv);
	tty_driver_kref_put(tdrv);
	tty_port_destroy(&tport);
}

static void due(u64 raw)
{
	turn(raw);
}
static void came(int l, u64 raw)
{
	if (lines)
		edge(0, l);
	if (dcd)
		change(l);
	if (ptp)
		stamp(l, raw);
}
static const struct simgps_hooks hooks = { .due = due, .edge = came };

static int __init m_init(void)
{
	int i, e = 0;

	raw0 = ktime_get_raw_ns();
	for (i = 0; i < ARRAY_SIZE(pending); i++) {
		hrtimer_init(&pending[i].t, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
		pending[i].t.function = deliver;
	}
	if (plain)
		pinfo.gettime64 = p_gettime;
	else
		pinfo.gettimex64 = p_gettimex;
	if (precise)
		pinfo.getcrosststamp = p_cross;
	if (phc) {
		ptp = ptp_clock_register(&pinfo, NULL);
		if (IS_ERR_OR_NULL(ptp))
			return ptp ? PTR_ERR(ptp) : -ENODEV;
	}
	if (level)
		e = level_up();
	if (!e && lines)
		e = lines_up();
	if (!e && dcd)
		e = dcd_up();
	if (!e)
		simgps_hooks = &hooks;
	return e;
}
static void __exit m_exit(void)
{
	int i;

	simgps_hooks = NULL;
	synchronize_rcu();
	for (i = 0; i < ARRAY_SIZE(pending); i++)
		hrtimer_cancel(&pending[i].t);
	if (ptp)
		ptp_clock_unregister(ptp);
	if (level)
		level_down();
	if (lines)
		lines_down();
	if (dcd)
		dcd_down();
}
module_init(m_init);
module_exit(m_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("other paths of the pulse of simgps: PHC, level, GPIO lines");
