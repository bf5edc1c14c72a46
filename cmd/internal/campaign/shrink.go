package main

import (
	"reflect"
	"slices"
	"time"
)

// shrink returns a smaller case that violates the same thing: fewer faults,
// fewer settings that are not ordinary, shorter faults, a shorter run.
func shrink(c Case, kind string) Case {
	least := c
	try := func(c Case) bool {
		p, err := play(c)
		if err != nil {
			return false
		}
		f := p.has(kind)
		if f == nil {
			return false
		}
		if f.at < c.For {
			c.For = min(c.For, (f.at + 2*time.Second).Truncate(time.Second))
		}
		least = c
		return true
	}
	if !try(c) {
		return c
	}
	for i := 0; i < len(least.Faults); {
		fewer := least
		fewer.Faults = slices.Delete(slices.Clone(least.Faults), i, i+1)
		if !try(fewer) {
			i++
		}
	}
	was := reflect.ValueOf(ordinary())
	for i := range was.NumField() {
		plain := least
		v := reflect.ValueOf(&plain.Settings).Elem().Field(i)
		if v.Equal(was.Field(i)) || key(i) == "start" && c.Leap != 0 { // leap seconds are at midnight
			continue
		}
		v.Set(was.Field(i))
		try(plain)
	}
	for i := range least.Faults {
		for half := true; half; {
			f := least.Faults[i]
			f.For = (f.For / 2).Truncate(time.Second)
			half = f.For > 0 && try(with(least, i, f))
		}
	}
	return least
}

// with returns c with another fault in place of the one at i.
func with(c Case, i int, f Fault) Case {
	c.Faults = slices.Clone(c.Faults)
	c.Faults[i] = f
	return c
}
