package pps

// filling is what follows the last member of struct pps_kinfo, in bytes: C
// aligns 64 bits to four bytes on a 386 alone.
const filling = 0
