package main

// Reasons of what is open.
const (
	noise = "the model of the pulse's noise takes the shape for another one"
	small = "a jump of the receiver by 3 times the noise may be the crystal's wander, and is followed"
	load  = "a jump that may be load is ridden for an hour, and the reserve of 1 ppm on the wire ends the synchronization after 8 minutes of it"
	again = "a crystal that changes a second time, or beside the receiver, within seconds: one answer in 300,000 is outside before the second pulse"
)

// open lists what runs of classes have violated, and why: defects, not limits,
// which are in excuse.go. They are reported like all violations, and do not make
// the campaign fail. A defect that is mended is taken out.
var open = map[string]map[string]string{
	"pulse_jump_small": {bound: small},
	"ride_crystal":     {lie: again, bound: small},
	"crystal_twice":    {lie: again},
	"crystal_jumps":    {lie: again},
	"uniform":          {bound: noise},
	"spikes":           {bound: noise},
	"spikes_in_place":  {bound: noise},
	"load_bursts":      {bound: noise},
	"busy_bursts":      {lie: noise, bound: noise},
	"tail_bursts":      {lie: noise, bound: noise, stuck: load},
	"composite":        {bound: noise},
}
