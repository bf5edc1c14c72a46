package why

import "gpsntpd/hw"

// beside says what a serial port serves for beside the receiver, or instead of it.
func (l Language) beside(s hw.State, holder string) string {
	switch s {
	case hw.Console:
		return l.pick(true, "it is the console of this machine", "它是本机的控制台")
	case hw.Login:
		return l.pick(true, "a login waits on it", "有登录程序 (getty) 在上面等待")
	}
	if holder == "" {
		return l.pick(true, "another program has it open", "其他程序正占用它")
	}
	return l.pick(true, holder+" has it open", holder+" 正占用它")
}

// leftAlone names the ports that the search has left alone, but that of which
// the whole state says so; "" for none.
func (l Language) leftAlone(r *Receiver) (text string) {
	for _, d := range r.Left {
		if d.Path == r.Path {
			continue
		}
		text += l.pick(true,
			" "+d.Path+" was left alone: "+l.beside(d.State, d.Holder)+".",
			d.Path+" 没有打开："+l.beside(d.State, d.Holder)+"。")
	}
	return text
}

// LeftAlone says why a port is left alone.
func (l Language) LeftAlone(s hw.State, holder string) string { return l.beside(s, holder) }
