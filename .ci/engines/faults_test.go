package engines

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// done runs what is left of a run, and wants the bytes of the local run. Tasks that were done already are done again.
func (r *tasks) done(t *testing.T) {
	t.Helper()
	for _, stage := range stages {
		if err := r.all(r.count(stage), 2, func(n int) error { return r.attempt(t, r.s3, r.task(stage, n)) }); err != nil {
			t.Fatal(err)
		}
	}
	r.run(t, partial, r.publication()...)
	r.same(t, r.name)
}

// attempt runs a command through an endpoint.
func (r *tasks) attempt(t *testing.T, endpoint string, args []string) error {
	t.Helper()
	if code, said := r.try(t, endpoint, args...); code != 0 {
		return fmt.Errorf("%s: exit code %d: %s", strings.Join(args, " "), code, said)
	}
	return nil
}

// twiceAtOnce runs each task in two processes at the same time.
func (d *data) twiceAtOnce(t *testing.T) {
	r := d.plan(t, "twice")
	for _, stage := range stages {
		count := r.count(stage)
		// Two at a time, and 2n and 2n+1 are the same one.
		if err := r.all(2*count, 2, func(n int) error { return r.attempt(t, r.s3, r.task(stage, n/2)) }); err != nil {
			t.Fatal(err)
		}
		if n := len(d.folder(t, d.name+"/tasks/twice/"+stage)); n != count {
			t.Errorf("%d tasks of %s left %d results", count, stage, n)
		}
	}
	r.run(t, partial, r.publication()...)
	d.same(t, "twice")
}

// halfUpload kills a task of each stage when half of its result was passed on to the server.
func (d *data) halfUpload(t *testing.T) {
	r := d.plan(t, "half")
	die := func(stage string) {
		t.Helper()
		p := newProxy(t, d.s3, 0)
		p.holding = "/tasks/half/" + stage + "/000002/"
		cmd := r.command(t, p.url, r.task(stage, 2)...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		select {
		case <-p.held:
		case <-time.After(patience):
			t.Error("nothing was uploaded")
		}
		if !killRunning(cmd.Process.Pid) {
			t.Error("it was not running")
		}
		_ = cmd.Wait() // killed
		close(p.release)
		if left := d.folder(t, d.name+"/tasks/half/"+stage+"/000002"); len(left) > 0 {
			t.Errorf("half an upload left %d objects", len(left))
		}
	}
	others := func(stage string) {
		t.Helper()
		err := r.all(r.count(stage), 2, func(n int) error {
			if n == 2 {
				return nil
			}
			return r.attempt(t, r.s3, r.task(stage, n))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	die("screen")
	others("screen")
	const sentence = "the screen task 2 has no result"
	if code, said := r.try(t, r.s3, r.task("confirm", 0)...); code != 1 || !strings.Contains(said, sentence) {
		t.Errorf("confirm does not say %q: %d, %s", sentence, code, said)
	}
	r.refused(t, sentence)
	if err := r.attempt(t, r.s3, r.task("screen", 2)); err != nil {
		t.Fatal(err)
	}
	die("confirm")
	others("confirm")
	r.refused(t, "the confirm task 2 has no result")
	r.done(t)
}

// failingServer runs all of it through a server that fails at random, again where it had to give up, as engines do.
func (d *data) failingServer(t *testing.T) {
	p := newProxy(t, d.s3, uint64(time.Now().UnixNano()))
	var gaveUp atomic.Int64
	again := func(want int, args []string) (string, error) {
		for try := 1; ; try++ {
			code, said := d.try(t, p.url, args...)
			if code == want {
				return said, nil
			}
			gaveUp.Add(1)
			if try == 5 {
				return "", fmt.Errorf("%s: exit code %d: %s", strings.Join(args, " "), code, said)
			}
		}
	}
	said, err := again(0, d.planning("failing"))
	if err != nil {
		t.Fatal(err)
	}
	r := d.planned(t, "failing", said)
	for _, stage := range stages {
		err := r.all(r.count(stage), 6, func(n int) error {
			_, err := again(0, r.task(stage, n))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := again(partial, r.publication()); err != nil {
		t.Fatal(err)
	}
	d.same(t, "failing")
	for fault := range p.failed {
		if p.failed[fault].Load() == 0 {
			t.Errorf("fault %d never hit", fault)
		}
	}
	t.Logf("%d commands gave up", gaveUp.Load())
}

// goneServer: where the server does not answer tasks fail, and nothing is published without them.
func (d *data) goneServer(t *testing.T) {
	r := d.plan(t, "gone")
	nowhere := "http://" + freeAddress(t)
	err := r.all(r.Shards, 2, func(n int) error {
		if n > 1 {
			return r.attempt(t, r.s3, r.task("screen", n))
		}
		if code, said := r.try(t, nowhere, r.task("screen", n)...); code != 1 {
			return fmt.Errorf("exit code %d without a server: %s", code, said)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r.refused(t, "2 screen tasks have no result: 0, 1")
	r.done(t)
}
