package doctor

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// asked are the addresses of this host at which it is asked whether they answer:
// those that are listened on, and for one that is all of them each.
func asked(listens []string, own []netip.Addr) (all []string) {
	add := func(server string) {
		if !slices.Contains(all, server) {
			all = append(all, server)
		}
	}
	for _, listen := range listens {
		at, err := netip.ParseAddrPort(listen)
		switch {
		case err != nil || at.Port() == 0:
		case !at.Addr().IsUnspecified():
			add(at.String())
		default:
			for _, a := range own {
				if a.Is4() == at.Addr().Is4() {
					add(netip.AddrPortFrom(a, at.Port()).String())
				}
			}
		}
	}
	return all
}

// answers asks the daemon at each address, as a client does.
func (e *exam) answers() {
	if !e.Answers {
		return
	}
	servers := asked(e.listens(), e.Addresses())
	said, stratum, good := e.Ask(e.ctx, servers), 0, 0
	for _, server := range servers {
		switch s := said[server]; {
		case !s.Answered:
			e.say(answersNone, server)
		case !s.Synchronized:
			e.say(answersWarn, server)
		default:
			good++
			stratum = max(stratum, s.Stratum)
		}
	}
	if good == len(servers) && good > 0 {
		e.say(answersOK, strings.Join(servers, " "), "count", strconv.Itoa(good), "stratum", strconv.Itoa(stratum))
	}
}

// refusals are the verdicts on requests that clients can be told of.
var refusals = []string{"denied", "rate_limited", "rate_kissed", "unknown_key", "bad_mac"}

// Of the requests since the start a share is worth a warning, of no fewer than this many.
const (
	manyRefused  = 100
	refusedShare = 10 // one in ten
)

// clients tells how many requests were refused since the start.
func (e *exam) clients() {
	if !e.Answers {
		return
	}
	if n := e.Counters["discipline"]["interference"]; n > 0 {
		e.say(clockMoved, strconv.FormatUint(n, 10))
	}
	count, refused := uint64(0), uint64(0)
	for _, l := range e.Status.Servers {
		count += l.Requests
	}
	var reasons []string
	for _, verdict := range refusals {
		if n := e.Counters["ntp"][verdict]; n > 0 {
			refused += n
			reasons = append(reasons, verdict+" "+strconv.FormatUint(n, 10))
		}
	}
	code := clientsOK
	if refused >= manyRefused && refused*refusedShare >= count {
		code = clientsRefused
	}
	e.say(code, "", "count", strconv.FormatUint(count, 10), "refused", strconv.FormatUint(refused, 10), "reasons", strings.Join(reasons, ", "))
}
