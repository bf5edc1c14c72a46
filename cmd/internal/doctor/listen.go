package doctor

import "sync"

// listen looks at what takes seconds: ports and pulses. A running daemon knows
// better, and has them open.
func (e *exam) listen() {
	if e.Answers {
		return
	}
	uses := e.uses()
	var free []string
	for _, u := range uses {
		if u.state == "" {
			free = append(free, u.port)
		}
	}
	var heard map[string]Heard
	var both sync.WaitGroup
	both.Go(func() { heard = e.Listen(e.ctx, free) })
	before := e.pulses()
	e.Pause(e.ctx)
	after := e.pulses()
	both.Wait()
	e.ports(uses, heard)
	e.pulse(before, after)
}
