//go:build !386

package pps

// filling is what follows the last member of struct pps_kinfo, in bytes: C
// aligns 64 bits to eight bytes, also where words have 32, as on ARM.
const filling = 4
