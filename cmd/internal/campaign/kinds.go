package main

import "time"

// kind is a kind of fault.
type kind struct {
	about  string
	moment bool // over as soon as it has come
	second bool // sentences name another second, or may
}

// The kinds of fault; By and X are a fault's.
var kinds = map[string]kind{
	"nopulse":  {about: "no pulse"},
	"late":     {about: "every pulse is By late"},
	"slide":    {about: "the pulse moves by X ns each second, and stays"},
	"spikes":   {about: "a share X of the pulses is about By late"},
	"place":    {about: "a share X of the pulses is By late, all alike"},
	"burst":    {about: "latency with heavy tails, median By"},
	"load":     {about: "every interrupt takes By longer"},
	"busy":     {about: "every interrupt takes longer, exponentially, By on average"},
	"noise":    {about: "the jitter is X times as large"},
	"glitches": {about: "X edges a second that are none"},
	"rate":     {about: "X pulses a second"},

	"silent":    {about: "no sentences"},
	"unplugged": {about: "neither, and the devices are gone"},
	"reboot":    {about: "silence, then no time and no pulse"},
	"nofix":     {about: "no fix; X = 1: and no pulse"},
	"nodate":    {about: "time of day without a date"},
	"damage":    {about: "a share X of the sentences is damaged"},
	"garbage":   {about: "bytes that are none"},
	"lie":       {about: "sentences name a time By later", second: true},
	"rollover":  {about: "the date is 1024 weeks early", second: true},
	"slow":      {about: "sentences come By later", second: true},
	"epochs":    {about: "X epochs a second: maybe too many for the line", second: true},
	"rmconly":   {about: "RMC and nothing else"},
	"extra":     {about: "X more sentences in each epoch: too many for the line", second: true},
	"copies":    {about: "of a share X of the epochs the sentences are damaged, and come again By later, whole", second: true},
	"sixty":     {about: "midnight is called 23:59:60 without a leap second", second: true},

	"crystal":      {about: "the frequency jumps by X ppm", moment: true},
	"sensorlie":    {about: "the thermometer shows X °C more than the crystal feels"},
	"sensorslides": {about: "the thermometer shows more than the crystal feels, by X °C more each hour"},
	"sensorstuck":  {about: "the thermometer shows the same all the time"},
	"sensordead":   {about: "the thermometer says nothing"},

	"hang":     {about: "the loop stands still"},
	"stop":     {about: "the whole process stands still"},
	"pause":    {about: "the virtual machine stands still; X = 1: its clocks too"},
	"suspend":  {about: "the machine sleeps; X: error of its clock afterwards, s"},
	"restart":  {about: "gpsntpd is stopped in order, and starts again"},
	"powercut": {about: "the machine is off; afterwards its clock is By slow"},
	"step":     {about: "another program moves the clock by By", moment: true},
	"slew":     {about: "another program slews by X ppm"},
	"rival":    {about: "another program sets the frequency to X ppm each second"},
}

// over is when a fault has ended, and the machine is as it was before.
func (f Fault) over() time.Duration {
	if f.For == 0 && !kinds[f.Kind].moment && f.Kind != "sixty" {
		return forever
	}
	return f.At + f.For
}

const forever = time.Duration(1<<63 - 1)

// on reports whether f lasts at a time since the start.
func (f Fault) on(t time.Duration) bool {
	return t >= f.At && (f.For == 0 && !kinds[f.Kind].moment || t < f.At+f.For)
}

// sum adds up By of the faults of a kind that last.
func (w *world) sum(kind string, t time.Duration) (by time.Duration) {
	for i := range w.Faults {
		if f := &w.Faults[i]; f.Kind == kind && f.on(t) {
			by += f.By
		}
	}
	return by
}

// find returns the fault of a kind that lasts, nil when there is none.
func (w *world) find(kind string, t time.Duration) *Fault {
	for i := range w.Faults {
		if f := &w.Faults[i]; f.Kind == kind && f.on(t) {
			return f
		}
	}
	return nil
}

// is reports whether a fault of a kind lasts.
func (w *world) is(kind string, t time.Duration) bool { return w.find(kind, t) != nil }
