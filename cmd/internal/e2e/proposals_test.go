//go:build interop

package e2e

import "bytes"

// proposals are what a client may say in a key exchange, a list of records each
// (RFC 8915, section 4.1).
func proposals() map[string][][]byte {
	record := func(kind uint16, body ...byte) []byte { return extension(kind, len(body), body...) }
	next, algorithm, end := record(0x8001, 0, 0), record(0x8004, 0, 15), record(0x8000)
	return map[string][][]byte{
		"usual":                         {next, algorithm, end},
		"the other order":               {algorithm, next, end},
		"algorithm not critical":        {next, record(4, 0, 15), end},
		"protocol not critical":         {record(1, 0, 0), algorithm, end},
		"end not critical":              {next, algorithm, record(0)},
		"two protocols in a list":       {record(0x8001, 0x80, 1, 0, 0), algorithm, end},
		"unknown protocol":              {record(0x8001, 0x80, 1), algorithm, end},
		"no protocol in the list":       {record(0x8001), algorithm, end},
		"half a protocol":               {record(0x8001, 0), algorithm, end},
		"a protocol and a half":         {record(0x8001, 0, 0, 0), algorithm, end},
		"two algorithms":                {next, record(0x8004, 0, 15, 0, 30), end},
		"the other algorithm first":     {next, record(0x8004, 0, 30, 0, 15), end},
		"an algorithm twice":            {next, record(0x8004, 0, 15, 0, 15), end},
		"an algorithm and a half":       {next, record(0x8004, 0, 15, 0), end},
		"no algorithm in the list":      {next, record(0x8004), end},
		"unknown algorithm":             {next, record(0x8004, 0xff, 0xff), end},
		"no protocol":                   {algorithm, end},
		"no algorithm":                  {next, end},
		"nothing":                       {end},
		"two protocol records":          {next, next, algorithm, end},
		"two algorithm records":         {next, algorithm, algorithm, end},
		"unknown critical record":       {next, algorithm, record(0x8063, 1, 2), end},
		"unknown critical record first": {record(0x8063), next, algorithm, end},
		"unknown record":                {next, algorithm, record(0x63, 1, 2), end},
		"100 unknown records":           {bytes.Repeat(record(0x63, 1, 2, 3, 4), 100), next, algorithm, end},
		"unknown record of 1000":        {record(0x63, zeros(1000)...), next, algorithm, end},
		"critical record behind":        {next, algorithm, end, record(0x8063)},
		"garbage behind":                {next, algorithm, end, []byte("garbage")},
		"all twice":                     {next, algorithm, end, next, algorithm, end},
		"error":                         {record(0x8002, 0, 1), end},
		"error behind":                  {next, algorithm, record(0x8002, 0, 0), end},
		"warning":                       {next, algorithm, record(0x8003, 0, 1), end},
		"cookie":                        {next, algorithm, record(5, 1, 2, 3, 4), end},
		"critical cookie":               {next, algorithm, record(0x8005, 1, 2, 3, 4), end},
		"server":                        {next, algorithm, record(6, 'a'), end},
		"critical server":               {next, algorithm, record(0x8006, 'a'), end},
		"no name of a server":           {next, algorithm, record(6), end},
		"port":                          {next, algorithm, record(7, 0, 123), end},
		"critical port":                 {next, algorithm, record(0x8007, 0, 123), end},
		"port of three bytes":           {next, algorithm, record(7, 0, 123, 1), end},
		"end with a body":               {next, algorithm, record(0x8000, 1)},
		"zeros":                         {zeros(4)},
	}
}
