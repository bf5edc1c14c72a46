package control

import (
	"context"
	"net/http"
	"net/url"
)

const (
	receiverPath = "/v1/receiver"
	orderPath    = "/v1/receiver/order"
)

// ReceiverSetup is which receiver is there, and how it is set.
type ReceiverSetup struct {
	Configure string            `json:"configure"` // "auto", "monitor" or "off"
	Phase     string            `json:"phase"`     // an enumerated word, such as "done"
	Family    *string           `json:"family"`    // "u-blox", "casic", "mtk" or "airoha"; nil: unknown
	Model     *string           `json:"model"`
	Firmware  *string           `json:"firmware"`
	Protocol  *string           `json:"protocol"` // version, of u-blox
	Baud      *int              `json:"baud"`
	LineUsed  *float64          `json:"line_used_ratio"` // of what the line carries, 1 at most
	LineFull  bool              `json:"line_full"`       // what comes may have waited for seconds
	SentBytes int               `json:"sent_bytes"`      // to the port, in all
	Settings  []ReceiverSetting `json:"settings"`
}

// ReceiverSetting is one thing that the receiver is to do.
type ReceiverSetting struct {
	Name   string  `json:"name"`
	Wanted string  `json:"wanted"`
	Actual *string `json:"actual"` // as it was read back; nil when it was not
	State  string  `json:"state"`  // "ok", or why it is not: an enumerated word
}

// Receiver asks which receiver is there, and how it is set.
func (c *Client) Receiver(ctx context.Context) (Answer[ReceiverSetup], error) {
	return ask[ReceiverSetup](ctx, c, receiverPath)
}

// Order has the receiver told something beside its settings: "save", "reset",
// "survey", or "send" a text.
func (c *Client) Order(ctx context.Context, order, text string) (Answer[ReceiverSetup], error) {
	return request[ReceiverSetup](ctx, c.http, http.MethodPost, orderPath+"?order="+url.QueryEscape(order)+"&text="+url.QueryEscape(text))
}

// order does something: no question, so it is asked with POST, at the socket alone.
func (s Server) order(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		refuse(w, http.StatusMethodNotAllowed, "this does something: POST it")
		return
	case r.ContentLength != 0:
		refuse(w, http.StatusRequestEntityTooLarge, "a question has no body")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), askTimeout)
	defer cancel()
	q := r.URL.Query()
	v, err := s.Daemon.Order(ctx, q.Get("order"), q.Get("text"))
	if err != nil {
		refuse(w, http.StatusConflict, err.Error())
		return
	}
	write(w, http.StatusOK, v)
}
