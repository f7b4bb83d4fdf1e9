package serving

// Derived is a value that is made of each champion once, before it is served: a
// page, a description. Its zero value is of no use.
type Derived[T any] struct{ place int }

// Derive has a value made of the champion now and of every later one. A model of
// which it can't be made is not served. It is for the time before the server
// listens.
func Derive[T any](s *Server, of func(*Champion) (T, error)) (Derived[T], error) {
	now := s.champion.Load()
	d := Derived[T]{len(now.derived)}
	s.derive = append(s.derive, func(c *Champion) error {
		v, err := of(c)
		c.derived = append(c.derived, v)
		return err
	})
	return d, s.derive[d.place](now)
}

// Of returns the value of a champion.
func (d Derived[T]) Of(c *Champion) T { return c.derived[d.place].(T) }
