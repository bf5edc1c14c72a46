package main

// attempts are how often a server may try: what else the machine does is not its
// fault.
const attempts = 3

// capacity looks for the highest rate at which not one request in a thousand
// is lost, in steps of a tenth.
func capacity(servers []*subject, p plan) error {
	highest := make([]float64, len(servers))
	for i, s := range servers {
		for rate := p.rate; ; rate += rate / 10 {
			reached, err := s.sustains(load{rate: rate, length: p.length / 2})
			if err != nil {
				return err
			}
			if reached == 0 {
				break
			}
			highest[i] = reached
		}
	}
	c := column{"answers/s, less than 0.1 % lost", "%.0f", nil, bar{kind: ratioAtLeast, at: 1}}
	c.print(highest[0], highest[1])
	return nil
}

// sustains returns the rate of answers, 0 when too many requests were lost or
// could not even be sent.
func (s *subject) sustains(l load) (float64, error) {
	for range attempts {
		if err := measure(l, s); err != nil {
			return 0, err
		}
		if r := s.take()[0]; r.loss < 1e-3 && r.rate > 0.98*float64(l.rate) {
			return r.rate, nil
		}
	}
	return 0, nil
}
