// Package why explains the condition of the daemon: from facts, which are
// enumerated words and numbers, to the chain of causes along the path of time,
// in words, with a remedy. All that it can say stands in one table.
package why

// Code is the enumerated word for a state that a link of the path is in.
type Code string

// Part is a link of the path of time.
type Part string

// The parts, in the order that time takes; the last are no links of the path,
// but what serves it.
const (
	PartDaemon      Part = "daemon"
	PartOperation   Part = "operation"
	PartReceiver    Part = "receiver"
	PartSentences   Part = "sentences"
	PartAntenna     Part = "antenna"
	PartFix         Part = "fix"
	PartDate        Part = "date"
	PartPulseDevice Part = "pulse_device"
	PartPulse       Part = "pulse"
	PartPairing     Part = "pairing"
	PartWitness     Part = "witness"
	PartPhase       Part = "phase"
	PartRivals      Part = "rivals"
	PartClock       Part = "clock"
	PartNTP         Part = "ntp"
	PartNTS         Part = "nts"
	PartLeap        Part = "leap"
	PartTemperature Part = "temperature"
	PartStorage     Part = "storage"
	PartLoad        Part = "load"
)

// Condition is what a state means for the time that is served.
type Condition string

// The conditions.
const (
	Good    Condition = "good"
	Waiting Condition = "waiting" // time alone will mend it
	Bad     Condition = "bad"
	Unknown Condition = "unknown" // no one can tell: it is not said, or hidden by what is bad before it
)

// Language is that of the texts.
type Language string

// The languages.
const (
	English Language = "en"
	Chinese Language = "zh"
)

// State is one line of the table: what a state is called and what is said of
// it in each language.
type State struct {
	Code      Code
	Part      Part
	Condition Condition
	English   Words
	Chinese   Words
}

// Words are templates: {name} stands for a fact.
type Words struct {
	Clause string // what is the case, to go on from "but"; no full stop
	Detail string // sentences with more of it, "" for none
	Remedy string // sentences; "" when all is well
}

// in returns the words of s in a language.
func (s State) in(l Language) Words {
	if l == Chinese {
		return s.Chinese
	}
	return s.English
}

// table is every state that the daemon can be in, by part.
var table = [...][]State{
	hiddenStates[:], operationStates[:], receiverStates[:], skyStates[:], pulseStates[:], pairingStates[:], witnessStates[:], rivalStates[:],
	clockStates[:], ntpStates[:], ntsStates[:], leapStates[:], temperatureStates[:], storageStates[:], daemonStates[:],
}

// States returns every state that the daemon can be in.
func States() []State {
	var all []State
	for _, states := range table {
		all = append(all, states...)
	}
	return all
}

// state returns what the table says of c. What is not in it is hidden.
func state(c Code) State {
	for _, states := range table {
		for i := range states {
			if states[i].Code == c {
				return states[i]
			}
		}
	}
	return hiddenStates[0]
}

// Known returns what the table says of c.
func Known(c Code) State { return state(c) }

// Hidden is the code of a link that cannot be judged.
const Hidden Code = "hidden"

var hiddenStates = [...]State{{
	Hidden, "", Unknown,
	Words{"cannot be told before the links before it are right", "", "Look at the first link that is not good."},
	Words{"前面的环节恢复正常之前无法判断", "", "请先处理第一个不正常的环节。"},
}}
