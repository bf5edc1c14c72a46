package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
)

func TestTheTimeIsServedWithoutThePageWhenThatCannotBe(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	plain := filepath.Join(t.TempDir(), "passwords")
	if err := os.WriteFile(plain, []byte("ann:secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, c := range map[string]config.Web{
		"address already in use": {Listen: taken.Addr().String()},
		"no such file":           {Listen: "127.0.0.1:0", Passwords: plain + "-not"},
		"no bcrypt hash":         {Listen: "127.0.0.1:0", Passwords: plain}, // open to all would be worse than shut
	} {
		var said bytes.Buffer
		p := openPage(c, zerolog.New(&said))
		if p.listener != nil || !strings.Contains(said.String(), want) || !strings.Contains(said.String(), `"error"`) {
			t.Errorf("%s: %s", want, &said)
		}
		p.close()
	}
}

func TestThePageIsOffWhenItIsToBe(t *testing.T) {
	var said bytes.Buffer
	if p := openPage(config.Web{}, zerolog.New(&said)); p.listener != nil || said.Len() > 0 {
		t.Errorf("%v %s", p.listener, &said)
	}
}

func TestWithTheSimulatedMachineThePageHasAPortOfItsOwn(t *testing.T) {
	for flag, want := range map[string]string{"": simListenWeb, "off": "", "127.0.0.1:0": "127.0.0.1:0"} {
		c, err := options{simulate: true, web: flag}.configuration()
		if err != nil || c.Web.Listen != want {
			t.Errorf("--web %q: %q, %v", flag, c.Web.Listen, err)
		}
	}
	if _, err := (options{simulate: true, web: "everywhere"}).configuration(); err == nil {
		t.Error("--web everywhere is taken")
	}
}

func TestThePageKnowsTheNamesOfItsHost(t *testing.T) {
	c := config.Web{Names: []string{"time.example"}}
	if got, want := ownNames(c, "pi.lan"), []string{"time.example", "pi.lan", "pi", "pi.local"}; !slices.Equal(got, want) {
		t.Error(got)
	}
	if got := ownNames(c, ""); len(got) != 1 {
		t.Error(got)
	}
}

func TestPasswordsThatCrossTheNetworkAreWarnedOf(t *testing.T) {
	path := filepath.Join(t.TempDir(), "passwords")
	if err := os.WriteFile(path, []byte("ann:$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for listen, warned := range map[string]bool{"127.0.0.1:0": false, ":0": true} {
		var said bytes.Buffer
		p := openPage(config.Web{Listen: listen, Passwords: path}, zerolog.New(&said))
		if p.listener == nil || strings.Contains(said.String(), "as they are") != warned {
			t.Errorf("%s: %s", listen, &said)
		}
		p.close()
	}
}
