package nts

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"testing"
)

// What clients propose, what becomes of it, and the section of RFC 8915 that
// says so.
func TestProposalsAreJudged(t *testing.T) {
	protocol, aead := record(nil, critical|nextProtocol, 0, 0), record(nil, critical|aeadAlgorithm, 0, 15)
	done := end(nil)
	full := Proposal{NTPv4: true, AESSIVCMAC256: true}
	for _, c := range []struct {
		name    string
		records [][]byte
		want    Proposal
		err     error
	}{
		{"the usual one", [][]byte{protocol, aead, done}, full, nil},
		{"the other order", [][]byte{aead, protocol, done}, full, nil},
		{"more of both to choose from (4.1.2, 4.1.5)", [][]byte{record(nil, critical|nextProtocol, 0x80, 1, 0, 0), record(nil, aeadAlgorithm, 0, 30, 0, 15), done}, full, nil},
		{"a protocol that we have not got (4.1.2)", [][]byte{record(nil, critical|nextProtocol, 0x80, 1), done}, Proposal{}, nil},
		{"an algorithm that we have not got (4.1.5)", [][]byte{protocol, record(nil, aeadAlgorithm, 0, 30), done}, Proposal{NTPv4: true}, nil},
		{"half an algorithm (4.1.5)", [][]byte{protocol, record(nil, aeadAlgorithm, 15), done}, Proposal{NTPv4: true}, BadRequest},
		{"an algorithm and a half (4.1.5)", [][]byte{protocol, record(nil, aeadAlgorithm, 0, 15, 0), done}, full, BadRequest},
		{"no algorithm in the list (4.1.5)", [][]byte{protocol, record(nil, aeadAlgorithm), done}, Proposal{NTPv4: true}, BadRequest},
		{"no protocol in the list (4.1.2)", [][]byte{record(nil, critical|nextProtocol), aead, done}, Proposal{}, BadRequest},
		{"a protocol and a half (4.1.2)", [][]byte{record(nil, critical|nextProtocol, 0, 0, 0), aead, done}, Proposal{NTPv4: true}, BadRequest},
		{"an end that is not critical (4.1.1)", [][]byte{protocol, aead, record(nil, endOfMessage)}, full, BadRequest},
		{"a protocol that is not critical (4.1.2)", [][]byte{record(nil, nextProtocol, 0, 0), aead, done}, Proposal{}, BadRequest},
		{"a critical wish for a server (4.1.7)", [][]byte{protocol, aead, record(nil, critical|serverRecord, 'a'), done}, full, UnrecognizedRecord},
		{"a critical wish for a port (4.1.8)", [][]byte{protocol, aead, record(nil, critical|portRecord, 0, 123), done}, full, UnrecognizedRecord},
		{"unknown record that is not critical (4)", [][]byte{record(nil, 1024, 1), protocol, aead, done}, full, nil},
		{"wishes (4.1.7, 4.1.8)", [][]byte{protocol, aead, record(nil, serverRecord, 'a'), record(nil, portRecord, 0, 123), done}, full, nil},
		{"more behind the end (4.1.1)", [][]byte{protocol, aead, done, record(nil, critical|99)}, full, nil},
		{"unknown record that is critical (4)", [][]byte{protocol, record(nil, critical|1024), aead, done}, Proposal{NTPv4: true}, UnrecognizedRecord},
		{"nothing but the end (4.1.2)", [][]byte{done}, Proposal{}, BadRequest},
		{"no protocol (4.1.2)", [][]byte{aead, done}, Proposal{AESSIVCMAC256: true}, BadRequest},
		{"two protocol records (4.1.2)", [][]byte{protocol, protocol, aead, done}, full, BadRequest},
		{"no algorithm (4.1.5)", [][]byte{protocol, done}, Proposal{NTPv4: true}, BadRequest},
		{"two algorithm records (4.1.5)", [][]byte{protocol, aead, aead, done}, full, BadRequest},
		{"an end with a body (4.1.1)", [][]byte{protocol, aead, record(nil, critical, 1)}, full, BadRequest},
		{"an error (4.1.3)", [][]byte{record(nil, critical|errorRecord, 0, 0), done}, Proposal{}, BadRequest},
		{"a cookie (4.1.6)", [][]byte{record(nil, newCookie, 1), done}, Proposal{}, BadRequest},
		{"no end", [][]byte{protocol, aead}, full, io.EOF},
		{"half a header", [][]byte{protocol, {0}}, Proposal{NTPv4: true}, io.ErrUnexpectedEOF},
		{"length beyond what comes", [][]byte{{0x80, 1, 0xff, 0xff, 0}}, Proposal{}, io.ErrUnexpectedEOF},
		{"more than anybody has to say", [][]byte{bytes.Repeat(record(nil, 99, make([]byte, 96)...), 100), done}, Proposal{}, io.ErrUnexpectedEOF},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := ReadProposal(bytes.NewReader(slices.Concat(c.records...)))
			if p != c.want || !errors.Is(err, c.err) {
				t.Errorf("%+v, %v, want %+v, %v", p, err, c.want, c.err)
			}
		})
	}
}

func TestAnAnswerSaysWhatWasAgreed(t *testing.T) {
	c := newClient(t, ring(t))
	for _, k := range []struct {
		proposal Proposal
		grant    Grant
		want     []uint16 // records
	}{
		{Proposal{}, Grant{}, []uint16{nextProtocol}},
		{Proposal{NTPv4: true}, Grant{}, []uint16{nextProtocol, aeadAlgorithm}},
		{Proposal{true, true}, Grant{}, []uint16{nextProtocol, aeadAlgorithm, 5, 5, 5, 5, 5, 5, 5, 5}},
		{Proposal{true, true}, Grant{"ntp.example", 11123}, []uint16{nextProtocol, aeadAlgorithm, serverRecord, portRecord, 5, 5, 5, 5, 5, 5, 5, 5}},
	} {
		b, err := server(ring(t)).Append(nil, k.proposal, k.grant, &c.keys)
		if err != nil {
			t.Fatal(err)
		}
		r := bytes.NewReader(b)
		var got []uint16
		for {
			kind, body, err := readRecord(r)
			if err != nil {
				t.Fatal(err)
			}
			if kind = kind &^ critical; kind == endOfMessage {
				break
			}
			got = append(got, kind)
			if kind == newCookie {
				if _, err := answer(server(ring(t)), client{c.keys, body}.request(t, 0), 1452); err != nil {
					t.Errorf("the cookie is not good: %v", err)
				}
			}
			if kind == portRecord && binary.BigEndian.Uint16(body) != k.grant.Port || kind == serverRecord && string(body) != k.grant.Server {
				t.Errorf("record %d: %x", kind, body)
			}
		}
		if !slices.Equal(got, k.want) || r.Len() != 0 {
			t.Errorf("%+v: records %v, want %v; %d bytes behind the end", k.proposal, got, k.want, r.Len())
		}
	}
}

func TestWithoutMasterKeysThereAreNoCookies(t *testing.T) {
	if _, err := server(nil).Append(nil, Proposal{true, true}, Grant{}, new(Keys)); !errors.Is(err, InternalError) {
		t.Error(err)
	}
}

func TestARefusalIsAnErrorAndTheEnd(t *testing.T) {
	if b := BadRequest.Append(nil); !bytes.Equal(b, []byte{0x80, 2, 0, 2, 0, 1, 0x80, 0, 0, 0}) {
		t.Errorf("%x", b)
	}
}

func FuzzReadProposal(f *testing.F) {
	f.Add(end(record(record(nil, critical|nextProtocol, 0, 0), critical|aeadAlgorithm, 0, 15)))
	f.Add(bytes.Repeat([]byte{0xff}, 100))
	f.Fuzz(func(t *testing.T, message []byte) {
		r := bytes.NewReader(message)
		p, err := ReadProposal(r)
		if len(message)-r.Len() > longestProposal {
			t.Fatal("more was read than is allowed")
		}
		if b, fault := server(ring(t)).Append(nil, p, Grant{}, new(Keys)); err == nil && (fault != nil || len(b) < 8) {
			t.Fatal(fault)
		}
	})
}
