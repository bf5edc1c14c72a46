package why

import (
	"strings"
	"testing"

	"gpsntpd/hw"
)

func TestPortsThatAreLeftAloneAreNamedWithTheReasonOnce(t *testing.T) {
	f := well()
	f.Receiver.Path, f.Receiver.Word = "/dev/ttyUSB0", "silent"
	f.Receiver.Left = []hw.Device{
		{Path: "/dev/ttyS0", State: hw.Console}, {Path: "/dev/ttyS1", State: hw.Login, Holder: "serial-getty@ttyS1.service"},
		{Path: "/dev/ttyUSB0", State: hw.Busy}, {Path: "/dev/ttyUSB1", State: hw.Busy, Holder: "minicom (process 812)"},
	}
	for l, want := range map[Language]string{
		English: " /dev/ttyS0 was left alone: it is the console of this machine. /dev/ttyS1 was left alone: a login waits on it. " +
			"/dev/ttyUSB1 was left alone: minicom (process 812) has it open.",
		Chinese: "/dev/ttyS0 没有打开：它是本机的控制台。/dev/ttyS1 没有打开：有登录程序 (getty) 在上面等待。/dev/ttyUSB1 没有打开：minicom (process 812) 正占用它。",
	} {
		if text, _ := f.Tell(ReceiverSilent, l); !strings.HasSuffix(text, want) {
			t.Errorf("%s: %s", l, text)
		}
	}
}
