package notice

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gpsntpd/server/why"
)

// asked is what a service was asked.
type asked struct {
	path  string
	query url.Values
	body  map[string]any
}

// service answers like one, and notes what it was asked.
func service(t *testing.T, status int, answer string, header ...string) (address string, got func() asked) {
	t.Helper()
	questions := make(chan asked, 2*attempts)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		q := asked{path: r.URL.Path, query: r.URL.Query()}
		if err := json.Unmarshal(text, &q.body); err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %v: %s", r.Method, err, text)
		}
		questions <- q
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, answer)
	}))
	t.Cleanup(s.Close)
	return s.URL, func() asked { return <-questions }
}

const (
	englishText = "[critical] gpsntpd on clock: no_pulse\n" + `No pulses arrive on "$(reboot)".` + "\nWhat to do: Check the wire.\n2026-11-22 08:00:00 UTC"
	chineseText = "【严重】clock 的 gpsntpd：no_pulse\n" + `没有秒脉冲。` + "\n处理：请检查接线。\n2026-11-22 08:00:00 UTC"
)

// inChinese is one, said in Chinese.
func inChinese() Notice {
	n := one
	n.Text, n.Remedy = "没有秒脉冲。", "请检查接线。"
	return n
}

func TestEachServiceGetsTheBodyThatItDocumentsInTheLanguageOfTheConfiguration(t *testing.T) {
	for name, c := range map[string]struct {
		answer string
		text   func(asked) any
		fixed  map[string]any // all else in the body
		path   string
	}{
		"dingtalk": {`{"errcode":0,"errmsg":"ok"}`, func(q asked) any { return q.body["text"].(map[string]any)["content"] }, map[string]any{"msgtype": "text"}, "/robot/send"},
		"wecom":    {`{"errcode":0,"errmsg":"ok"}`, func(q asked) any { return q.body["text"].(map[string]any)["content"] }, map[string]any{"msgtype": "text"}, "/robot/send"},
		"feishu":   {`{"code":0,"msg":"success","data":{}}`, func(q asked) any { return q.body["content"].(map[string]any)["text"] }, map[string]any{"msg_type": "text"}, "/robot/send"},
		"slack":    {"ok", func(q asked) any { return q.body["text"] }, nil, "/robot/send"},
		"telegram": {`{"ok":true,"result":{"message_id":7,"text":"x"}}`, func(q asked) any { return q.body["text"] }, map[string]any{"chat_id": "-100200"}, "/robot/send/bot12:ABC/sendMessage"},
	} {
		for language, want := range map[why.Language]string{why.English: englishText, why.Chinese: chineseText} {
			address, got := service(t, http.StatusOK, c.answer)
			w := Webhook{URL: address + "/robot/send?access_token=t", Format: name, Chat: "-100200", Language: language}
			if name == "telegram" {
				w.URL, w.Secret = address+"/robot/send/", "12:ABC"
			}
			n := one
			if language == why.Chinese {
				n = inChinese()
			}
			answer, err := w.Try(t.Context(), n)
			if err != nil || !strings.HasPrefix(answer, "200 OK ") {
				t.Errorf("%s: %q, %v", name, answer, err)
			}
			q := got()
			if text := c.text(q); text != want || q.path != c.path {
				t.Errorf("%s at %s:\n%s\nwant\n%s", name, q.path, text, want)
			}
			for key, value := range c.fixed {
				if q.body[key] != value {
					t.Errorf("%s: %s is %v", name, key, q.body[key])
				}
			}
			if name != "telegram" && q.query.Get("access_token") != "t" {
				t.Errorf("%s: %v", name, q.query)
			}
		}
	}
}

func TestAServiceThatSaysThatItFailedHasAndIsAskedAgain(t *testing.T) {
	for _, c := range []struct {
		format, answer, want string
		pause                time.Duration
	}{
		{"dingtalk", `{"errcode":310000,"errmsg":"sign not match"}`, "errcode 310000: sign not match", 0},
		{"dingtalk", `{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}`, "130101", 10 * time.Minute},
		{"wecom", `{"errcode":93000,"errmsg":"invalid webhook url"}`, "errcode 93000: invalid webhook url", 0},
		{"wecom", `{"errcode":45009,"errmsg":"api freq out of limit"}`, "45009", time.Minute},
		{"feishu", `{"code":19021,"msg":"sign match fail or timestamp is not within one hour from current time"}`, "code 19021: sign match fail", 0},
		{"feishu", `{"code":11232,"msg":"frequency limited"}`, "11232", time.Minute},
		{"slack", "no_service", `"no_service"`, 0},
		{"telegram", `{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}`, "400: Bad Request: chat not found", 0},
		{"dingtalk", "<html>Log in to the network of the hotel", "no JSON", 0},
		{"wecom", `{}`, `without "errcode"`, 0},
		{"feishu", `[]`, "no JSON", 0},
		{"telegram", "", "no JSON", 0},
		{"json", `{"errcode":40035,"errmsg":"missing parameter json"}`, "missing parameter", 0},
		{"json", `{"ok":false}`, "false", 0},
	} {
		address, got := service(t, http.StatusOK, c.answer)
		w := Webhook{URL: address, Format: c.format, Secret: "s"}
		_, err := w.Try(t.Context(), one)
		again, passes := errors.AsType[passing](err)
		if !passes || again.pause != c.pause || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s answered %s: %v, again %v after %v", c.format, c.answer, err, passes, again.pause)
		}
		got()
		if c.pause > 0 {
			continue
		}
		if err := insist(t.Context(), w, one, time.Millisecond, never(t)); err == nil {
			t.Errorf("%s: delivered", c.format)
		}
		for range attempts {
			got()
		}
	}
}

func TestWhoeverAsksForTimeGetsIt(t *testing.T) {
	const told = `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 34","parameters":{"retry_after":34}}`
	for _, c := range []struct {
		format string
		status int
		answer string
		after  string
		pause  time.Duration
		passes bool
	}{
		{"slack", 429, "rate_limited", "30", 30 * time.Second, true},
		{"telegram", 429, told, "", 34 * time.Second, true},
		{"json", 503, "", "120", 2 * time.Minute, true},
		{"json", 503, "", "soon", 0, true},
		{"json", 503, "", "999999999", 24 * time.Hour, true},
		{"json", 503, "", "-4", 0, true},
		{"slack", 404, "no_service", "", 0, false},
		{"telegram", 401, `{"ok":false,"error_code":401,"description":"Unauthorized"}`, "", 0, false},
	} {
		address, _ := service(t, c.status, c.answer, "Retry-After", c.after)
		_, err := Webhook{URL: address, Format: c.format}.Try(t.Context(), one)
		again, passes := errors.AsType[passing](err)
		if err == nil || passes != c.passes || again.pause != c.pause || !strings.Contains(err.Error(), c.answer) {
			t.Errorf("%s %d %s: %v, again %v after %v", c.format, c.status, c.after, err, passes, again.pause)
		}
	}
	address, got := service(t, 429, "", "Retry-After", "86400")
	if err := insist(t.Context(), Webhook{URL: address}, one, time.Millisecond, never(t)); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Error(err)
	}
	got()
}

// The expected values are what openssl dgst -sha256 -hmac makes of the documented text.
func TestRequestsAreSignedAsDingTalkAndFeishuDocumentIt(t *testing.T) {
	w := Webhook{URL: "https://oapi.dingtalk.com/robot/send?access_token=t", Secret: "this is secret"}
	now := time.UnixMilli(1577262236757)
	u, err := url.Parse(signedAddress(&w, now))
	if q := u.Query(); err != nil || q.Get("timestamp") != "1577262236757" || q.Get("sign") != signDingTalk || q.Get("access_token") != "t" {
		t.Errorf("%s", u)
	}
	body := signedText(&w, one, now).(object)
	if body["timestamp"] != "1577262236" || body["sign"] != signFeishu {
		t.Errorf("%v", body)
	}
	w.Secret = ""
	if _, signed := signedText(&w, one, now).(object)["sign"]; signed || signedAddress(&w, now) != w.URL {
		t.Error("signed without a secret")
	}
}

func TestASignatureIsOfTheMomentOfTheAttempt(t *testing.T) {
	address, got := service(t, http.StatusOK, `{"errcode":0}`)
	before := time.Now()
	if _, err := (Webhook{URL: address, Format: "dingtalk", Secret: "SEC1"}).Try(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	stamp, err := strconv.ParseInt(got().query.Get("timestamp"), 10, 64)
	if at := time.UnixMilli(stamp); err != nil || at.Before(before.Truncate(time.Millisecond)) || at.After(time.Now()) {
		t.Error(at, err)
	}
}

func TestSlackReadsNothingIntoAText(t *testing.T) {
	n := one
	n.Text = "<!channel> a & b"
	if got := escapedText(&Webhook{}, n, time.Time{}).(object)["text"].(string); !strings.Contains(got, "&lt;!channel&gt; a &amp; b") {
		t.Error(got)
	}
}

func TestAMessageIsNoLongerThanWeComTakesAndWholeCharacters(t *testing.T) {
	n := inChinese()
	n.Text = strings.Repeat("长", 3000)
	if got := n.message(why.Chinese); len(got) > 2048 || !strings.HasSuffix(got, "长…") {
		t.Errorf("%d bytes: %q", len(got), got[len(got)-12:])
	}
}

func TestWhatIsOverSaysSoAndATestIsCalledOne(t *testing.T) {
	n := inChinese()
	n.State = Cleared
	if got := n.title(why.Chinese); got != "【已解除】clock 的 gpsntpd：no_pulse" {
		t.Error(got)
	}
	if got := n.title(why.English); got != "[cleared] gpsntpd on clock: no_pulse" {
		t.Error(got)
	}
	for l, want := range map[why.Language]string{
		why.English: "[test] gpsntpd on clock\nThis is a test", why.Chinese: "【测试】clock 的 gpsntpd\n这是一条测试通知", "": "[test] gpsntpd",
	} {
		if got := Test("clock", one.Time, l); got.Code != "test" || !strings.HasPrefix(got.message(l), want) {
			t.Errorf("%+v", got)
		}
	}
}

func TestAnAnswerThatRepeatsASecretIsNotRepeated(t *testing.T) {
	for _, name := range slices.Collect(maps.Keys(formats)) {
		for _, status := range []int{200, 400, 500} {
			address, _ := service(t, status, `{"errcode":1,"errmsg":"s3cret-key s3cret-word","code":1,"msg":"s3cret-key","description":"s3cret-word"}`)
			answer, err := Webhook{URL: address + "/s3cret-key?key=s3cret-key", Secret: "s3cret-word", Format: name}.Try(t.Context(), one)
			if err == nil || strings.Contains(err.Error()+answer, "s3cret") {
				t.Errorf("%s %d: %q, %v", name, status, answer, err)
			}
		}
	}
}

const (
	signDingTalk = "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="
	signFeishu   = "RAfCltg8rVdmpPK5kCz1M40hrj/YzGYnkc/3vXwYNts="
)
