package main

import "errors"

func pulses(args []string) error { return errors.New("to come") }
