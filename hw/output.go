package hw

// Output is what is to be sent to the device on a serial port. The zero value is
// nothing.
type Output struct {
	Bytes []byte
	Baud  int // speed to go on at when they are sent; 0: as before
}
