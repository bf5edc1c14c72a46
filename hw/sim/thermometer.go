package sim

import (
	"context"

	"gpsntpd/hw"
)

// thermometer is the sensor of a Player: what it shows now.
type thermometer <-chan hw.Temperature

// Run implements hw.Thermometer.
func (t thermometer) Run(ctx context.Context, temperatures chan<- hw.Temperature, devices chan<- hw.Device) error {
	select {
	case devices <- hw.Device{Path: "sim", State: hw.Open}:
	case <-ctx.Done():
		return nil
	}
	for {
		select {
		case now := <-t:
			select {
			case temperatures <- now:
			case <-ctx.Done():
				return nil
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// show has the thermometer show what e read. A reading that no one took is
// replaced: no one may be there.
func (p *Player) show(e Event) {
	if !e.Read || p.Thermometer == nil {
		return
	}
	select {
	case <-p.shown:
	default:
	}
	p.shown <- e.Temperature
}
