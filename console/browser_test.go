package console_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/ipam-local/ipam-local/ipamtest"
)

// browser is one tab of Chromium that looks at a server of its own.
type browser struct {
	t   *testing.T
	ctx context.Context
	url string

	mu         sync.Mutex
	complaints []string // of the browser: errors of scripts, and what the policy has kept out
}

// browse starts Chromium. What a person does with the console is proved in a browser or not at all, so where everything has
// to be proved there has to be one.
func browse(t *testing.T, srv *ipamtest.Server) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil && os.Getenv("CI") != "" {
		t.Fatal("chromium is not installed, so nothing proves the console")
	} else if err != nil {
		t.Skip("SKIPPED: chromium is not installed")
	}
	socket := httptest.NewServer(srv.Handler())
	t.Cleanup(func() {
		socket.CloseClientConnections() // a page that waits for news does not end by itself
		socket.Close()
	})
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(1280, 900))
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancelTab := chromedp.NewContext(allocator)
	t.Cleanup(cancelTab)
	b := &browser{t: t, ctx: ctx, url: socket.URL}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	b.do(
		chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
			_, err := cdp.Call(ctx, tab, log.Enable, cdp.Empty{})
			return err
		}),
	)
	return b
}

func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, e.ExceptionDetails.Text+" "+e.ExceptionDetails.URL)
	case *log.EventEntryAdded:
		// The status of an answer is the tests' business; the rest is about pages.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			b.complaints = append(b.complaints, e.Entry.Text)
		}
	}
}

// calm fails the test if the browser has complained.
func (b *browser) calm() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		b.t.Errorf("the browser says: %s", c)
	}
	b.complaints = nil
}

// limit is how long anything may take.
const limit = 20 * time.Second

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, limit)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%v\nthe page is:\n%s", err, b.page())
	}
}

// eval is the value of an expression of JavaScript.
func eval[T any](b *browser, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, limit)
	defer cancel()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return got
}

// until waits for an expression to be true. The page may be left for another one meanwhile.
func (b *browser) until(expression string) error {
	var last error
	for end := time.Now().Add(limit / 2); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var ok bool
		if ok, last = chromedp.Run(b.ctx, chromedp.Evaluate[bool](expression)); ok {
			return nil
		}
	}
	return fmt.Errorf("%s is not so: %v", expression, last)
}

// page is what is on the page now, for those who look for a failure.
func (b *browser) page() string {
	text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("location.href + '\\n' + document.body.innerText"))
	if err != nil {
		return err.Error()
	}
	return text
}

// open goes to a page of the console.
func (b *browser) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.url + path))
}

// as opens a page as an account in a Region.
func (b *browser) as(account, region, page string) {
	b.t.Helper()
	b.open("/_ipam-local/console/as/" + account + "/" + region + "/" + page)
}

// Elements are found by what a person sees of them.

const (
	link   = "//main//a[normalize-space()=%q]"
	button = "//main//button[normalize-space()=%q]"
)

// follow clicks on a link and waits for the page that it leads to.
func (b *browser) follow(text string) {
	b.t.Helper()
	b.leave(fmt.Sprintf(link, text))
}

// press clicks on a button of a form and waits for the page that comes of it.
func (b *browser) press(text string) {
	b.t.Helper()
	b.leave(fmt.Sprintf(button, text))
}

// leave clicks and waits until the page is another one: the mark is on this one only.
func (b *browser) leave(selector string) {
	b.t.Helper()
	eval[string](b, "document.body.dataset.left = 'yes'")
	b.do(chromedp.Click(selector, chromedp.NodeVisible))
	if err := b.until("document.readyState === 'complete' && !document.body.dataset.left"); err != nil {
		b.t.Fatalf("%v\nthe page is still:\n%s", err, b.page())
	}
}

// fill types into a field.
func (b *browser) fill(label, text string) {
	b.t.Helper()
	selector := fmt.Sprintf("//div[@class='field'][label[normalize-space()=%q]]//*[self::input or self::textarea]", label)
	b.do(chromedp.Clear(selector), chromedp.SendKeys(selector, text))
}

// choose takes one of the cards or the options of a field.
func (b *browser) choose(label, option string) {
	b.t.Helper()
	done := eval[bool](b, fmt.Sprintf(`(() => {
		const named = (e, text) => e && e.textContent.trim() === text;
		for (const f of document.querySelectorAll("fieldset.choice")) {
			if (!named(f.querySelector("legend"), %[1]q)) continue;
			for (const c of f.querySelectorAll(".card")) if (named(c.querySelector("b"), %[2]q) && !c.querySelector("input").disabled) { c.click(); return true; }
		}
		for (const f of document.querySelectorAll("div.field")) {
			if (!named(f.querySelector("label"), %[1]q)) continue;
			const s = f.querySelector("select");
			for (const o of s.options) if (o.text === %[2]q) { s.value = o.value; return true; }
		}
		return false;
	})()`, label, option))
	if !done {
		b.t.Fatalf("the field %q has no choice %q:\n%s", label, option, b.page())
	}
}

// check ticks a box.
func (b *browser) check(label string) {
	b.t.Helper()
	b.do(chromedp.Click(fmt.Sprintf("//label[normalize-space()=%q]", label), chromedp.NodeVisible))
	if err := b.until(fmt.Sprintf("[...document.querySelectorAll('label:has(:checked)')].some((l) => l.textContent.trim() === %q)", label)); err != nil {
		b.t.Fatal(err)
	}
}

// turn goes to a page by the navigation.
func (b *browser) turn(page string) {
	b.t.Helper()
	b.leave(fmt.Sprintf("//nav[@id='nav']//a[normalize-space()=%q]", page))
}

// become acts as another account, by the switcher.
func (b *browser) become(name, region string) {
	b.t.Helper()
	for _, choice := range [][2]string{{"account", name}, {"region", region}} {
		eval[string](b, "document.body.dataset.left = 'yes'")
		if !eval[bool](b, fmt.Sprintf(`(() => {
			const s = document.querySelector(".top select[name=%s]");
			for (const o of s.options) if (o.text.includes(%q)) {
				if (o.selected) { delete document.body.dataset.left; return true; }
				s.value = o.value; s.dispatchEvent(new Event("change", {bubbles: true}));
				return true;
			}
			return false;
		})()`, choice[0], choice[1])) {
			b.t.Fatalf("there is no %s %q to act as", choice[0], choice[1])
		}
		if err := b.until("document.readyState === 'complete' && !document.body.dataset.left"); err != nil {
			b.t.Fatal(err)
		}
	}
}

// sees waits until the page shows all the texts, without being told to look again.
func (b *browser) sees(texts ...string) {
	b.t.Helper()
	for _, text := range texts {
		if b.until(fmt.Sprintf("document.getElementById('main').innerText.includes(%q)", text)) != nil {
			b.t.Fatalf("%q is not to be seen; the page is:\n%s", text, b.page())
		}
	}
}

// misses fails if the page shows one of the texts.
func (b *browser) misses(texts ...string) {
	b.t.Helper()
	page := b.page()
	for _, text := range texts {
		if strings.Contains(page, text) {
			b.t.Errorf("%q should not be on the page:\n%s", text, page)
		}
	}
}
