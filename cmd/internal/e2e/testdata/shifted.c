/* A library to preload: the wall clock of a program is off by SHIFT_NS nanoseconds. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const long second = 1000000000;
static long shift;

/* At the start: some programs clear their environment later. */
__attribute__((constructor)) static void read_shift(void)
{
	const char *ns = getenv("SHIFT_NS");

	shift = ns ? atol(ns) : 0;
}

static int shifted(clockid_t clock, struct timespec *t)
{
	long ns;

	if (syscall(SYS_clock_gettime, clock, t))
		return -1;
	if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)
		return 0;
	ns = t->tv_nsec + shift;
	t->tv_sec += ns / second - (ns % second < 0);
	t->tv_nsec = (ns % second + second) % second;
	return 0;
}

int clock_gettime(clockid_t clock, struct timespec *t) { return shifted(clock, t); }

int gettimeofday(struct timeval *tv, void *zone)
{
	struct timespec t;

	(void)zone;
	shifted(CLOCK_REALTIME, &t);
	tv->tv_sec = t.tv_sec;
	tv->tv_usec = t.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *seconds)
{
	struct timespec t;

	shifted(CLOCK_REALTIME, &t);
	if (seconds)
		*seconds = t.tv_sec;
	return t.tv_sec;
}
