package docs

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"gpsntpd/server/why"
)

var update = flag.Bool("update", false, "write the documents of all states")

// page is what stands around the table of states in one language.
type page struct {
	file, head, columns string
	language            why.Language
	words               func(why.State) why.Words
}

var pages = []page{
	{"docs/why.md", `# Every answer of why

What ` + "`gpsntpctl why`" + ` can say, link by link along the way that time takes
([how it works](how-it-works.md#9-why-and-alarms)). ` + "`code`, `part` and `condition`" + ` are what its JSON
has; "…" stands for a fact, such as a number or a device. This page is written by a test
from the table in ` + "`server/why`" + `. In Chinese: [why.zh-CN.md](why.zh-CN.md).
`, "| code | condition | what is the case | what to do |", why.English, func(s why.State) why.Words { return s.English }},
	{"docs/why.zh-CN.md", `# why 的全部回答

` + "`gpsntpctl why --lang zh`" + ` 能给出的所有说明，按时间传递的路径逐个环节列出（[工作原理](how-it-works.md#9-why-and-alarms)，英文）。
` + "`code`、`part` 和 `condition`" + ` 就是 JSON 中的值；“…”代表具体的数值或设备。本页由测试根据 ` + "`server/why`" + ` 中的表生成。
English: [why.md](why.md).
`, "| code | condition | 情况 | 处理方法 |", why.Chinese, func(s why.State) why.Words { return s.Chinese }},
}

var (
	optional = regexp.MustCompile(`\{(at_baud|with_[a-z]+|apart|width)\}`)
	fact     = regexp.MustCompile(`\{[a-z_]+\}`)
)

// plain is a template without its facts.
func plain(template string) string {
	return strings.ReplaceAll(fact.ReplaceAllString(optional.ReplaceAllString(template, ""), "…"), "|", "\\|")
}

// asking is how the answers are got.
const asking = `
` + "```" + `
gpsntpctl why
gpsntpctl why --lang zh
gpsntpctl why --json | jq -r '.links[] | select(.condition == "bad") | .code'
` + "```" + `
`

// text is the whole page.
func (p page) text() string {
	var b strings.Builder
	b.WriteString(p.head + asking)
	part := why.Part("none")
	for _, s := range why.States() {
		if s.Part != part {
			part = s.Part
			name := part.Name(p.language)
			if part != "" && name != string(part) {
				name = fmt.Sprintf("%s (`%s`)", name, part)
			}
			if part == "" {
				name = s.Condition.Name(p.language)
			}
			fmt.Fprintf(&b, "\n## %s\n\n%s\n|---|---|---|---|\n", name, p.columns)
		}
		w := p.words(s)
		said := plain(w.Clause)
		if w.Detail != "" {
			said += map[why.Language]string{why.English: ". ", why.Chinese: "。"}[p.language] + plain(w.Detail)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", s.Code, s.Condition, said, plain(w.Remedy))
	}
	return b.String()
}

func TestEveryAnswerOfWhyIsInTheDocuments(t *testing.T) {
	for _, p := range pages {
		if *update {
			if err := os.WriteFile(root+p.file, []byte(p.text()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if read(t, root+p.file) != p.text() {
			t.Errorf("%s is not what the table says: run with -update", p.file)
		}
	}
}
