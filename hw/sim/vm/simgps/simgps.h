/* SPDX-License-Identifier: GPL-2.0 */
/* What simgps tells of its pulse to the module that has other paths of it. */
struct simgps_hooks {
	void (*due)(u64 raw);		/* a millisecond before the pulse: when it will come */
	void (*edge)(int level, u64 raw);	/* now, from its interrupt: when it came */
};
extern const struct simgps_hooks *simgps_hooks;
