// Package bench plays the discipline against the best that theory allows, in
// the model of the port on standard input and output, and prints how near it
// comes: one row a line, all offsets in ns, rates in ppb, coverage in lock, in
// holdover and otherwise. Environment: BENCH, a regular expression of rows; SEEDS; BARS=1 to
// fail when a bar is not met.
package bench
