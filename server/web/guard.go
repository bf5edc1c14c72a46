package web

import "net/http"

// allowed reports whether a request shows a password that is right, where one is
// needed.
func (s *Server) allowed(r *http.Request) bool {
	if s.options.Passwords == nil {
		return true
	}
	user, password, ok := r.BasicAuth()
	return ok && s.options.Passwords.right(r.Context(), s.options.Guard.Client(r), user, password)
}
