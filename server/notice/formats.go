package notice

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// format is how a service takes a notice, and how it says whether it has.
type format struct {
	address func(w *Webhook, now time.Time) string // nil: as it is
	body    func(w *Webhook, n Notice, now time.Time) any
	taken   func(answer []byte) error // nil: the status of HTTP says it all
}

// object is one of JSON.
type object map[string]any

// formats are the services that are known, by the names that stand in a file. Where they
// are documented: open.dingtalk.com/document/orgapp/custom-robot-access,
// developer.work.weixin.qq.com/document/path/91770, api.slack.com/messaging/webhooks,
// open.feishu.cn/document/client-docs/bot-v3/add-custom-bot, core.telegram.org/bots/api.
var formats = map[string]format{
	"json":     {nil, func(_ *Webhook, n Notice, _ time.Time) any { return n }, loudly},
	"dingtalk": {signedAddress, textContent, numbered("errcode", "errmsg", 10*time.Minute, 130101, 90030)},
	"wecom":    {nil, textContent, numbered("errcode", "errmsg", time.Minute, 45009)},
	"feishu":   {nil, signedText, numbered("code", "msg", time.Minute, 11232)},
	"slack":    {nil, escapedText, okay},
	"telegram": {botAddress, chatText, telegramTaken},
}

// Formats returns their names.
func Formats() []string { return slices.Sorted(maps.Keys(formats)) }

// textContent is the body that DingTalk and WeCom take.
func textContent(w *Webhook, n Notice, _ time.Time) any {
	return object{"msgtype": "text", "text": object{"content": n.message(w.Language)}}
}

// signedAddress is that of DingTalk, signed if there is a secret: it signs the time, in
// milliseconds, and itself.
func signedAddress(w *Webhook, now time.Time) string {
	u, err := url.Parse(w.URL)
	if w.Secret == "" || err != nil {
		return w.URL
	}
	stamp := strconv.FormatInt(now.UnixMilli(), 10)
	q := u.Query()
	q.Set("timestamp", stamp)
	q.Set("sign", signature(w.Secret, stamp+"\n"+w.Secret))
	u.RawQuery = q.Encode()
	return u.String()
}

// signedText is the body that Feishu takes. It has the signature of nothing, by a key
// that is the time, in seconds, and the secret.
func signedText(w *Webhook, n Notice, now time.Time) any {
	body := object{"msg_type": "text", "content": object{"text": n.message(w.Language)}}
	if w.Secret != "" {
		stamp := strconv.FormatInt(now.Unix(), 10)
		body["timestamp"], body["sign"] = stamp, signature(stamp+"\n"+w.Secret, "")
	}
	return body
}

// signature is the HMAC-SHA256 of text in base64.
func signature(key, text string) string {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// escapedText is the body that Slack takes; in its texts three signs begin something.
func escapedText(w *Webhook, n Notice, _ time.Time) any {
	return object{"text": strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(n.message(w.Language))}
}

// telegramAPI is where bots are served that name no other place.
const telegramAPI = "https://api.telegram.org"

func botAddress(w *Webhook, _ time.Time) string {
	return strings.TrimSuffix(cmp.Or(w.URL, telegramAPI), "/") + "/bot" + w.Secret + "/sendMessage"
}

func chatText(w *Webhook, n Notice, _ time.Time) any {
	return object{"chat_id": w.Chat, "text": n.message(w.Language), "link_preview_options": object{"is_disabled": true}}
}

// numbered reads an answer that names a number, 0 for success, and a text. Some numbers
// mean that too much was sent, and that it is no use before a pause.
func numbered(code, text string, pause time.Duration, tooMany ...int) func([]byte) error {
	return func(answer []byte) error {
		var fields map[string]any
		if err := json.Unmarshal(answer, &fields); err != nil {
			return errNoJSON
		}
		number, ok := fields[code].(float64)
		switch {
		case !ok:
			return passing{error: fmt.Errorf("answered without %q", code)}
		case number == 0:
			return nil
		}
		failed := passing{error: fmt.Errorf("answered %s %d: %v", code, int(number), fields[text])}
		if slices.Contains(tooMany, int(number)) {
			failed.pause = pause
		}
		return failed
	}
}

// errNoJSON is what a gateway that stands before the service answers, mostly.
var errNoJSON = passing{error: errors.New("answered what is no JSON")}

// okay reads the answer of Slack.
func okay(answer []byte) error {
	if word := strings.TrimSpace(string(answer)); word != "ok" {
		return passing{error: fmt.Errorf("answered %q", begun(word, said))}
	}
	return nil
}

// telegramTaken reads the answer of Telegram, which says how long to wait.
func telegramTaken(answer []byte) error {
	var a struct {
		OK          bool   `json:"ok"`
		Code        int    `json:"error_code"`
		Description string `json:"description"`
		Parameters  struct {
			RetryAfter int `json:"retry_after"` // seconds
		} `json:"parameters"`
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		return errNoJSON
	}
	if a.OK {
		return nil
	}
	return passing{error: fmt.Errorf("answered error_code %d: %s", a.Code, a.Description), pause: time.Duration(a.Parameters.RetryAfter) * time.Second}
}

// loudly reads the answer of whoever takes our own JSON: a failure that it names as the
// services do is one, else the status of HTTP says it.
func loudly(answer []byte) error {
	var a struct {
		ErrCode *float64 `json:"errcode"`
		OK      *bool    `json:"ok"`
	}
	if json.Unmarshal(answer, &a) != nil || (a.ErrCode == nil || *a.ErrCode == 0) && (a.OK == nil || *a.OK) {
		return nil
	}
	return passing{error: fmt.Errorf("answered %s", begun(oneLine(string(answer)), said))}
}
