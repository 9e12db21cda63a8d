//go:build unix

package lanes

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

// BenchmarkLanes sets each kernel beside the bare call of the library, in turns in one run. Times are processor time of
// the process, so that what else the machine does counts little. The ratio is the median of those of neighbours.
func BenchmarkLanes(b *testing.B) {
	k := New(Options{Workers: 1, Memory: 1 << 30})
	defer k.Close()
	for _, class := range []Class{
		{Argon2id, [3]uint32{19456, 2, 1}, 32},
		{Argon2id, [3]uint32{65536, 3, 1}, 32},
		{Bcrypt, [3]uint32{10}, 23},
		{PBKDF2SHA1, [3]uint32{10_000}, 20},
		{PBKDF2SHA256, [3]uint32{29_000}, 32},
		{PBKDF2SHA512, [3]uint32{25_000}, 64},
		{SHA256Crypt, [3]uint32{5_000}, 43},
		{Scrypt, [3]uint32{1 << 14, 8, 1}, 32},
		{SHA512Crypt, [3]uint32{5_000}, 86},
	} {
		width := k.Width(class.Scheme)
		if width == 0 {
			continue
		}
		b.Run(fmt.Sprintf("%s_%v", class.Scheme, class.Costs), func(b *testing.B) {
			var ratios []float64
			var fastest time.Duration
			for b.Loop() {
				tasks := tasksOf(class, 4*width)
				begin := processorTime(b)
				for _, t := range tasks {
					Reference(t)
				}
				bare := processorTime(b) - begin
				begin = processorTime(b)
				allKeys(k, tasks)
				took := processorTime(b) - begin
				ratios = append(ratios, float64(bare)/float64(took))
				if each := took / time.Duration(len(tasks)); fastest == 0 || each < fastest {
					fastest = each
				}
			}
			slices.SortFunc(ratios, cmp.Compare)
			b.ReportMetric(ratios[len(ratios)/2], "x_reference")
			b.ReportMetric(1/fastest.Seconds(), "verifications/s")
		})
	}
}

// processorTime is what the process has used so far, the garbage collector included.
func processorTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// tasksOf makes tasks with passwords and salts of their own.
func tasksOf(class Class, n int) []*Task {
	tasks := make([]*Task, n)
	for i := range tasks {
		tasks[i] = &Task{
			Class: class, Password: fmt.Appendf(nil, "Made-Up-%d", i), Salt: fmt.Appendf(nil, "madeupsalt%06d", i),
		}
	}
	return tasks
}

// allKeys computes tasks as confirming does: twice as many are under way as there are lanes.
func allKeys(k *Kernels, tasks []*Task) [][]byte {
	keys := make([][]byte, len(tasks))
	var group sync.WaitGroup
	room := make(chan struct{}, 2*max(1, k.MostWidth()))
	if k.Width(tasks[0].Scheme) <= 1 {
		room = make(chan struct{}, 1)
	}
	for i, t := range tasks {
		room <- struct{}{}
		group.Go(func() {
			keys[i] = k.Key(t)
			<-room
		})
	}
	group.Wait()
	return keys
}
