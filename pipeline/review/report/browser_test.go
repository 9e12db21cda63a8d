package report_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/pipeline/review/report"
)

// screenshots is a folder for pictures of what the test sees, for people to look at.
var screenshots = flag.String("screenshots", "", "folder for pictures of the pages")

// TestHTML_in_a_browser shows every kind of page in a real Chromium (Debian: chromium-headless-shell), at three widths,
// light, dark and printed: no message on the console, no request beside the page, nothing wider than the screen, and
// nothing serious that axe-core (bash .ci/tools) finds.
func TestHTML_in_a_browser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a browser takes its time, and races with nothing of ours")
	}
	axe := axeCore(t)
	b := startBrowser(t)
	folder := t.TempDir()
	all := kinds()
	all["crowd"] = night{rows: 50_000, change: complete}
	for name, n := range all {
		path := filepath.Join(folder, name+".html")
		page := render(t, report.HTML, report.Config{Runs: []string{publish(t, filepath.Join(folder, name), n)}})
		if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
		if len(page) > 1<<20 {
			t.Errorf("%s: the page has %d bytes", name, len(page))
		}
		for i, width := range []int{390, 768, 1440} {
			// The colours do not depend on the width: one of them is dark.
			scheme := []string{"dark", "light", "light"}[i]
			b.show(path, width, scheme)
			title := fmt.Sprintf("%s at %d px, %s", name, width, scheme)
			if got := b.evaluate(`document.documentElement.scrollWidth`); got != fmt.Sprint(width) {
				t.Errorf("%s: the page is %s px wide: %s", title, got, b.evaluate(tooWide))
			}
			if got := b.evaluate(cutText); got != "" {
				t.Errorf("%s: text is cut: %s", title, got)
			}
			if width != 768 && slices.Contains([]string{"partial", "held", "leak", "wide"}, name) { // the others have no other elements
				b.evaluate(axe + ";0")
				if found := b.evaluate(seriousFindings); found != "[]" {
					t.Errorf("%s: axe-core finds %s", title, found)
				}
			}
			b.picture(fmt.Sprintf("%s-%d.png", name, width))
		}
		b.print(t, name)
		for _, what := range b.told {
			t.Errorf("%s: %s", name, what)
		}
		b.told = nil
	}
}

// tooWide names elements that end right of the screen and do not lie in a box that scrolls.
const tooWide = `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest(".wide"))
	.slice(0, 5).map(e => e.outerHTML.slice(0, 80)).join(" | ")`

// cutText names text that ends beyond its picture, and sentences that lie in a box that scrolls sideways.
const cutText = `[...document.querySelectorAll("svg text")].filter(e => {
		const text = e.getBoundingClientRect(), all = e.closest("svg").getBoundingClientRect();
		return text.left < all.left || text.right > all.right + 1 || text.top < all.top || text.bottom > all.bottom;
	}).concat([...document.querySelectorAll(".wide caption, .wide p")]).map(e => e.outerHTML.slice(0, 80)).join(" | ")`

// seriousFindings are what axe-core calls serious or critical, in short.
const seriousFindings = `axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations
	.filter(v => v.impact == "serious" || v.impact == "critical")
	.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + " " + n.failureSummary).join(" | "))))`

// axeCore is the script of axe-core.
func axeCore(t *testing.T) string {
	t.Helper()
	found, err := filepath.Glob("../../../bin/tools/lib/python3*/site-packages/axe_playwright_python/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Skip("axe-core is not installed: bash .ci/tools")
	}
	script, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// browser is one page of a Chromium, which is spoken to through two pipes: objects of JSON that end with a zero byte.
type browser struct {
	t       *testing.T
	to      io.Writer
	from    *bufio.Reader
	session string
	calls   int
	page    string   // the address of the page that is shown
	told    []string // messages of the console, requests beside the page
}

// message is what either side says: a call, its answer, or an event.
type message struct {
	ID        int             `json:"id,omitempty"`
	Method    string          `json:"method,omitempty"`
	SessionID string          `json:"sessionId,omitempty"`
	Params    any             `json:"params,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     any             `json:"error,omitempty"`
}

func startBrowser(t *testing.T) *browser {
	t.Helper()
	program, err := exec.LookPath("chromium-headless-shell")
	if err != nil {
		if program, err = exec.LookPath("chromium"); err != nil {
			t.Skip("no Chromium is installed")
		}
	}
	theirs, ours, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	answers, theirAnswers, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	profile, err := os.MkdirTemp("", "browser")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--headless", "--no-sandbox", "--remote-debugging-pipe", "--disable-gpu", "--hide-scrollbars",
		"--disable-background-networking", "--disable-dev-shm-usage", "--user-data-dir="+profile)
	cmd.ExtraFiles = []*os.File{theirs, theirAnswers} // 3 and 4, as it wants them
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, to: ours, from: bufio.NewReader(answers)}
	t.Cleanup(func() {
		_, _ = ours.Close(), cmd.Process.Kill()
		_, _ = cmd.Wait(), answers.Close()
		os.RemoveAll(profile) // children of the browser may still write to it for a moment
	})
	if err := errors.Join(theirs.Close(), theirAnswers.Close()); err != nil {
		t.Fatal(err)
	}
	var target struct{ TargetID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

// call asks the browser and waits for the answer; what it tells meanwhile is noted.
func (b *browser) call(method string, params map[string]any, result any) {
	b.t.Helper()
	b.calls++
	call, err := json.Marshal(message{ID: b.calls, Method: method, SessionID: b.session, Params: params})
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.to.Write(append(call, 0)); err != nil {
		b.t.Fatal(err)
	}
	for {
		answer := b.next()
		if answer.ID != b.calls {
			continue
		}
		if answer.Error != nil {
			b.t.Fatalf("%s: %v", method, answer.Error)
		}
		if result != nil {
			if err := json.Unmarshal(answer.Result, result); err != nil {
				b.t.Fatal(err)
			}
		}
		return
	}
}

// next reads one message, and notes events that a quiet page does not have.
func (b *browser) next() message {
	b.t.Helper()
	text, err := b.from.ReadBytes(0)
	if err != nil {
		b.t.Fatalf("the browser has ended: %v", err)
	}
	var got message
	if err := json.Unmarshal(bytes.TrimSuffix(text, []byte{0}), &got); err != nil {
		b.t.Fatal(err)
	}
	switch got.Method {
	case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded":
		b.told = append(b.told, "the console says "+string(text))
	case "Network.requestWillBeSent":
		if !bytes.Contains(text, []byte(`"url":"`+b.page+`"`)) {
			b.told = append(b.told, "it asks for "+string(text))
		}
	}
	return got
}

// show opens a file on a screen of that width and waits until all of it is there.
func (b *browser) show(path string, width int, scheme string) {
	b.t.Helper()
	b.page = "file://" + path
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false}, nil)
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]any{"name": "prefers-color-scheme", "value": scheme}}}, nil)
	b.call("Page.navigate", map[string]any{"url": b.page}, nil)
	for b.next().Method != "Page.loadEventFired" {
	}
}

// evaluate is what a script says in the page: the policy of the page forbids its own scripts, not those of its reader.
func (b *browser) evaluate(script string) string {
	b.t.Helper()
	var answer struct {
		Result           struct{ Value any }
		ExceptionDetails any
	}
	b.call("Runtime.evaluate", map[string]any{"expression": script, "awaitPromise": true, "returnByValue": true}, &answer)
	if answer.ExceptionDetails != nil {
		b.t.Fatalf("the script fails: %v", answer.ExceptionDetails)
	}
	return fmt.Sprint(answer.Result.Value)
}

// picture keeps what is on the screen, where it was asked for.
func (b *browser) picture(name string) {
	b.t.Helper()
	if *screenshots == "" {
		return
	}
	const tallest = 6000 // of a page with 500 rows its beginning
	var metrics struct {
		CSSContentSize struct{ Width, Height float64 }
	}
	b.call("Page.getLayoutMetrics", nil, &metrics)
	size := metrics.CSSContentSize
	var shot struct{ Data []byte }
	b.call("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": true, "clip": map[string]any{
		"x": 0, "y": 0, "width": size.Width, "height": min(size.Height, tallest), "scale": 1,
	}}, &shot)
	b.keep(name, shot.Data)
}

// print makes a PDF, which needs no more than some pages.
func (b *browser) print(t *testing.T, name string) {
	t.Helper()
	var printed struct{ Data []byte }
	b.call("Page.printToPDF", map[string]any{"preferCSSPageSize": true, "printBackground": true}, &printed)
	if pages := bytes.Count(printed.Data, []byte("/Type /Page\n")); pages < 1 || pages > 60 {
		t.Errorf("%s: printed on %d pages", name, pages)
	}
	if *screenshots != "" {
		b.keep(name+".pdf", printed.Data)
	}
}

func (b *browser) keep(name string, data []byte) {
	b.t.Helper()
	if err := os.WriteFile(filepath.Join(*screenshots, strings.ReplaceAll(name, "/", "-")), data, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
