package configure

func (c *Configurator) values() []step { return nil }
