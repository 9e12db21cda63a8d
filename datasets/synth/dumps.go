package synth

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"
)

// progressStep is how many records are written between two looks at the context and the progress.
const progressStep = 8192

// Lines that no record can be read from. They hold no separator.
const (
	banner = "************ made up for tests, nobody's data ************"
	advert = ">>> more lists like this at lists.example.com/free <<<"
)

// writeDumps writes every dump on a worker of its own; each draws from its own stream.
func (g *generator) writeDumps(ctx context.Context, dir string) error {
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(g.o.Workers)
	for i, f := range g.formats {
		group.Go(func() error {
			if err := g.writeDump(ctx, dir, f, &g.plan.dumps[i]); err != nil {
				return fmt.Errorf("failed to write dump %q: %w", f.file, err)
			}
			return nil
		})
	}
	return group.Wait()
}

func (g *generator) writeDump(ctx context.Context, dir string, f *format, d *dumpPlan) error {
	path := filepath.Join(dir, f.file)
	if f.name == "sharded" {
		enc, err := openSharded(path, f.about)
		if err != nil {
			return err
		}
		return cmp.Or(g.fill(ctx, enc, f, d), enc.close())
	}
	if about := f.about.text(); about != "" {
		if err := os.WriteFile(path+".meta.yaml", []byte(about), 0o666); err != nil {
			return err
		}
	}
	return createFile(path, func(w io.Writer) error {
		enc, err := f.open(w, d.records)
		if err != nil {
			return err
		}
		return cmp.Or(g.fill(ctx, enc, f, d), enc.close())
	})
}

// createFile creates a file, buffers what write writes and reports the error of closing it too.
func createFile(path string, write func(io.Writer) error) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(file)
	return cmp.Or(write(w), w.Flush(), file.Close())
}

// fill writes the records of one dump in an order drawn on the way: at each place the planted, the
// repeated and the new ones that are left compete in proportion to their numbers.
func (g *generator) fill(ctx context.Context, enc encoder, f *format, d *dumpPlan) error {
	r := newStream(g.o.Seed, "dump/"+f.name)
	r.Shuffle(len(d.planted), func(i, j int) {
		d.planted[i], d.planted[j] = d.planted[j], d.planted[i]
	})
	noise := newNoiseSource(g.o.Seed, r, d)
	planted := d.planted
	for n := range d.records {
		if n%progressStep == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			g.advance(min(progressStep, d.records-n))
		}
		if err := addJunk(enc, f, n, d.records); err != nil {
			return err
		}
		var id, password []byte
		if r.IntN(d.records-n) < len(planted) {
			p := g.plantedPair(r, f, planted[0])
			id, password = []byte(p.Identifier), []byte(p.Password)
			planted = planted[1:]
		} else {
			id, password = noise.next()
		}
		if err := enc.record(id, password); err != nil {
			return err
		}
	}
	return nil
}

// addJunk puts the lines that are not records at the beginning and in the middle.
func addJunk(enc encoder, f *format, n, records int) error {
	if !f.dirty || (n != 0 && n != records/2) {
		return nil
	}
	j, ok := enc.(junker)
	if !ok {
		return nil
	}
	line := banner
	if n != 0 {
		line = advert
	}
	return cmp.Or(j.junk(line), j.junk(""))
}

// plantedPair writes the identifier the way a leak might. Some spellings cannot be carried with
// some passwords; one as exported always can.
func (g *generator) plantedPair(r *rand.Rand, f *format, rec planted) Pair {
	a := g.people.account(int(rec.account))
	password := g.people.password(&a, int(rec.version))
	for _, s := range []string{a.spelling(r), a.email, a.username, phoneDigits(a.phone)} {
		if p := (Pair{s, password}); f.carry(p) {
			return p
		}
	}
	panic("synth: account " + a.id + " cannot be written as " + f.name)
}

// noiseSource mixes new noise with noise that was written before.
type noiseSource struct {
	maker       *noiseMaker
	r           *rand.Rand
	first, made uint64 // this dump's own numbers are first to first+made
	left, again int    // records to come, and how many of them are duplicates
}

func newNoiseSource(seed uint64, r *rand.Rand, d *dumpPlan) *noiseSource {
	return &noiseSource{maker: newNoiseMaker(seed), r: r, first: d.firstNoise,
		left: d.noise(), again: d.duplicates}
}

func (s *noiseSource) next() (id, password []byte) {
	isDuplicate := s.again > 0 && s.r.IntN(s.left) < s.again
	s.left--
	switch {
	case isDuplicate && s.first > 0:
		s.again--
		return s.maker.record(s.r.Uint64N(s.first))
	case isDuplicate && s.made > 0:
		s.again--
		return s.maker.record(s.r.Uint64N(s.made))
	}
	s.made++
	return s.maker.record(s.first + s.made - 1)
}
