package main

// Reasons of what is open.
const (
	noise  = "the model of the pulse's noise takes the shape for another one"
	ride   = "the crystal changes while a jump of the receiver is ridden"
	anew   = "what names the second anew is wrong, and is believed after 15 minutes"
	sensor = "the bound does not grow by what a thermometer has corrected in holdover"
	few    = "the first samples tell too little of the noise"
	slow   = "a clock that is contradicted waits for 5 or 15 minutes"
)

// open lists what classes are known to violate, and why: defects, not limits,
// which are in excuse.go. They are told like all violations, and are no reason
// to fail. Who mends one takes it out.
var open = map[string]map[string]string{
	"pulse_late":       {wrongSecond: anew, lie: anew, recovering: slow},
	"wrong_edge":       {wrongSecond: anew, lie: anew, bound: anew},
	"both_edges":       {lie: anew, bound: anew},
	"copies":           {wrongSecond: anew, lie: anew, bound: anew, recovering: slow},
	"lie":              {wrongSecond: anew, recovering: slow},
	"pulse_late_start": {wrongSecond: anew, recovering: slow},
	"pulse_first":      {recovering: slow},
	"pulse_jump_idle":  {lie: noise, bound: noise},
	"ride_crystal":     {lie: ride, bound: ride},
	"crystal_twice":    {lie: ride, bound: ride},
	"crystal_jumps":    {bound: ride},
	"crystal_far":      {bound: few},
	"no_fix":           {bound: few},
	"rollover":         {bound: few},
	"gamma":            {bound: noise},
	"uniform":          {bound: noise},
	"idle_states":      {lie: noise, bound: noise},
	"load_bursts":      {bound: noise},
	"busy_bursts":      {lie: noise, bound: noise},
	"tail_bursts":      {lie: noise, bound: noise},
	"composite":        {bound: noise},
	"noise_changes":    {bound: noise},
	"tails":            {bound: noise},
	"sensor_lies_dark": {bound: sensor},
	together:           {bound: noise, recovering: slow},
}

// isOpen reports whether a class is known to violate this.
func isOpen(class, violation string) bool { return open[class][violation] != "" }
