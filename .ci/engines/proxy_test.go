package engines

import (
	"errors"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// proxy stands before the S3 server, and fails as networks and servers do.
type proxy struct {
	url    string
	mu     sync.Mutex
	random *rand.Rand
	failed [5]atomic.Int64 // by fault

	// holding is in the path of uploads of which half is passed on, and no more until release is closed; held is told then.
	holding       string
	held, release chan struct{}
}

// The faults, with how many of 1000 requests they hit.
const (
	unavailable  = iota // 503, as a server says that is asked for too much
	refused             // cut before anything was passed on
	unanswered          // passed on, and cut before the answer
	halved              // cut in the middle of the answer
	halvedUpload        // cut in the middle of what is passed on
)

var often = [...]int{unavailable: 80, refused: 40, unanswered: 40, halved: 40, halvedUpload: 40}

// newProxy stands before the server; with a seed it fails at random.
func newProxy(t *testing.T, server string, seed uint64) *proxy {
	t.Helper()
	target, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{held: make(chan struct{}, 1), release: make(chan struct{})}
	if seed != 0 {
		t.Logf("seed %d", seed)
		p.random = rand.New(rand.NewPCG(seed, 1))
	}
	pass := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // it is signed
		},
		Transport:      &http.Transport{DisableCompression: true},
		ModifyResponse: p.answer,
		ErrorLog:       log.New(io.Discard, "", 0), // it has much to say
		ErrorHandler:   func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.pass(w, r, pass) }))
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	p.url = s.URL
	return p
}

// hits draws whether a fault hits a request. The first that it can hit, it does.
func (p *proxy) hits(fault int) bool {
	if p.random == nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed[fault].Load() > 0 && p.random.IntN(1000) >= often[fault] {
		return false
	}
	p.failed[fault].Add(1)
	return true
}

func (p *proxy) pass(w http.ResponseWriter, r *http.Request, to http.Handler) {
	switch {
	case p.hits(unavailable):
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>") // it is as broken as it says
		return
	case p.hits(refused):
		panic(http.ErrAbortHandler)
	case p.holding != "" && r.Method == http.MethodPut && strings.Contains(r.URL.Path, p.holding):
		r.Body = &half{r.Body, r.ContentLength / 2, func() {
			p.held <- struct{}{}
			<-p.release
		}}
	case r.ContentLength > 1 && p.hits(halvedUpload):
		r.Body = &half{r.Body, r.ContentLength / 2, func() {}}
	}
	to.ServeHTTP(w, r)
}

func (p *proxy) answer(r *http.Response) error {
	switch {
	case p.hits(unanswered):
		return errCut
	case r.ContentLength > 1 && r.Request.Method != http.MethodHead && p.hits(halved):
		r.Body = &half{r.Body, r.ContentLength / 2, func() {}}
	}
	return nil
}

var errCut = errors.New("the connection is cut")

// half ends in an error in the middle.
type half struct {
	io.ReadCloser
	left int64
	then func()
}

func (h *half) Read(b []byte) (int, error) {
	if h.left <= 0 {
		h.then()
		return 0, errCut
	}
	n, err := h.ReadCloser.Read(b[:min(int64(len(b)), h.left)])
	h.left -= int64(n)
	return n, err
}
