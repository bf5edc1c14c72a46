package loop

import (
	"errors"

	"gpsntpd/server/control"
)

// ReceiverSetup is which receiver is there, and how it is set.
func (l *Loop) ReceiverSetup() control.ReceiverSetup {
	r := l.setup.Report()
	known := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	c := control.ReceiverSetup{
		Configure: string(r.Mode), Phase: string(r.Phase), SentBytes: r.Sent, LineFull: r.Full, Settings: []control.ReceiverSetting{},
		Family: known(string(r.Identity.Family)), Model: known(r.Identity.Model), Firmware: known(r.Identity.Firmware), Protocol: known(r.Identity.Protocol),
	}
	if baud := l.receiver.Baud; baud != 0 {
		c.Baud = &baud
	}
	if r.Load != 0 {
		c.LineUsed = &r.Load
	}
	if c.Configure == "" {
		c.Configure = "off"
	}
	if c.Phase == "" {
		c.Phase = "off"
	}
	for _, s := range r.Settings {
		c.Settings = append(c.Settings, control.ReceiverSetting{Name: s.Name, Wanted: s.Wanted, Actual: known(s.Actual), State: string(s.State)})
	}
	return c
}

// errLeftAlone says that nothing may be sent.
var errLeftAlone = errors.New("receiver.configure is \"off\", or the receiver is simulated: not one byte is sent")

// Order has the receiver told something beside its settings.
func (l *Loop) Order(order, text string) error {
	if l.Send == nil {
		return errLeftAlone
	}
	return l.setup.Order(order, text)
}
