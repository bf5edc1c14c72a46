package receiver

func (c *Configurator) values() []step { return nil }
