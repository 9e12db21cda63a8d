package calibrate

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/objects"
	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/pipeline"
	"github.com/credsieve/credsieve/pipeline/estimate"
	"github.com/credsieve/credsieve/pipeline/task"
)

// planned is a run of one dump that was divided into tasks.
type planned struct {
	*session
	cfg   pipeline.Config
	place string
	store *objects.Store
	run   *task.Run
}

// plan divides a run of a dump. The caller calls close.
func (s *session) plan(cfg pipeline.Config, path string, partitions int, shard int64) (*planned, error) {
	place, err := os.MkdirTemp(s.dir, "tasks-")
	if err != nil {
		return nil, err
	}
	cfg.Dumps = []string{path}
	p := &planned{session: s, cfg: cfg, place: place}
	if p.store, err = objects.Open(s.ctx, place); err != nil {
		return nil, err
	}
	_, err = pipeline.PlanTasks(s.ctx, cfg, pipeline.PlanOptions{
		Store: p.store, Where: place, Partitions: partitions, ShardSize: shard,
	})
	if err == nil {
		p.run, err = task.Open(s.ctx, p.store, s.key)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *planned) close() { _ = p.store.Close() } // a folder

// screen does all screening tasks; it puts the same objects again when it is done twice.
func (p *planned) screen() error {
	for shard := range p.run.Plan.Shards {
		if err := pipeline.ScreenShard(p.ctx, p.cfg, p.run, shard); err != nil {
			return err
		}
	}
	return nil
}

func (p *planned) confirm() error {
	for partition := range p.run.Plan.Partitions {
		if err := pipeline.ConfirmPartition(p.ctx, p.cfg, p.run, partition); err != nil {
			return err
		}
	}
	return nil
}

// publish publishes into d what was confirmed.
func (p *planned) publish(d *decided) (err error) {
	cfg := p.cfg
	cfg.Out = filepath.Join(p.place, "published")
	var outcome *pipeline.Outcome
	d.publish, err = p.once(func() (err error) {
		outcome, err = pipeline.PublishTasks(p.ctx, cfg, p.run)
		return err
	})
	if err != nil {
		return err
	}
	n := outcome.Manifest.Counts
	d.readings = float64(n.Verifications) / float64(max(n.Candidates, 1))
	return sizeOf(cfg.Out, &d.runBytes)
}

// sizeOf adds how many bytes the files below a folder have.
func sizeOf(dir string, bytes *float64) error {
	return filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			*bytes += float64(info.Size())
		}
		return err
	})
}

// whole is a shard size that divides nothing.
const whole = 1 << 40

// screen measures each format.
func (s *session) screen() error {
	s.out.Screen.Accounts = int64(accountsMeant / s.Scale)
	empty, err := s.writeDump("combo_colon", 1, nobody)
	if err == nil {
		s.empty, err = s.screened(empty)
	}
	if err != nil {
		return err
	}
	s.out.Screen.TaskSeconds = max(s.empty-s.out.OpenSeconds, 0)
	dumps, err := s.strangers()
	if err != nil {
		return err
	}
	for i := range dumps {
		f, err := s.format(&dumps[i])
		if err != nil {
			return fmt.Errorf("format %s: %w", dumps[i].Format, err)
		}
		s.out.Screen.Formats = append(s.out.Screen.Formats, f)
	}
	return nil
}

// screened returns the seconds of the task that screens a dump.
func (s *session) screened(path string) (float64, error) {
	p, err := s.plan(s.cfg, path, 1, whole)
	if err != nil {
		return 0, err
	}
	defer p.close()
	return s.cost(p.screen)
}

func (s *session) format(strangers *synth.DumpSummary) (estimate.Format, error) {
	records, hits := strangers.Records, hitsMeant/s.Scale
	f := estimate.Format{Name: strangers.Format}
	ours, err := s.writeDump(f.Name, hits, wrongPasswords)
	if err != nil {
		return f, err
	}
	info, err := os.Stat(strangers.Path)
	if err != nil {
		return f, err
	}
	f.RecordBytes = float64(info.Size()) / float64(records)
	reading, err := s.cost(func() error { return s.read(strangers.Path) })
	if err != nil {
		return f, err
	}
	f.ReadSeconds = reading / float64(records)
	took, err := s.screened(strangers.Path)
	if err != nil {
		return f, err
	}
	f.RecordSeconds = max(took-s.empty, 0) / float64(records)
	f.ReadSeconds = min(f.ReadSeconds, f.RecordSeconds)
	if took, err = s.screened(ours); err != nil {
		return f, err
	}
	f.HitSeconds = max((took-s.empty)/float64(hits)-f.RecordSeconds, 0)
	return f, nil
}

// read does what one goroutine of a run does: it reads and cuts into blocks.
func (s *session) read(path string) error {
	inputs, err := dump.List(s.ctx, []string{path}, dump.ListOptions{})
	if err != nil {
		return err
	}
	children := dump.NewChildren(s.Child)
	defer children.Close()
	for _, in := range inputs {
		_, err := dump.Read(s.ctx, in, dump.Options{Children: children}, func(b *dump.Block) error {
			b.Release()
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// confirm measures pairs whose verification costs nothing, and publishes what came of them.
func (s *session) confirm() error {
	hits, findings := hitsMeant/s.Scale, findingsMeant/s.Scale
	nothing, err := s.confirmed(1, nobody)
	if err != nil {
		return err
	}
	wrong, err := s.confirmed(hits, wrongPasswords)
	if err != nil {
		return err
	}
	right, err := s.confirmed(findings, rightPasswords)
	if err != nil {
		return err
	}
	s.alone = nothing.confirm
	each := func(all, of float64, n int) float64 { return max(all-of, 0) / float64(n) }
	c, p := &s.out.Confirm, &s.out.Publish
	c.TaskSeconds = max(nothing.confirm-s.out.OpenSeconds, 0)
	c.PairSeconds = each(wrong.confirm, nothing.confirm, hits)
	c.Readings = wrong.readings
	c.PairBytes = each(wrong.partBytes, nothing.partBytes, hits)
	s.out.Screen.PairBytes = each(wrong.batchBytes, nothing.batchBytes, hits)
	p.TaskSeconds = max(nothing.publish-s.out.OpenSeconds, 0)
	p.AccountSeconds, p.AccountBytes = each(wrong.publish, nothing.publish, hits), each(wrong.runBytes, nothing.runBytes, hits)
	p.FindingSeconds = each(right.publish-nothing.publish, p.AccountSeconds*float64(findings), findings)
	p.FindingBytes = each(right.runBytes-nothing.runBytes, p.AccountBytes*float64(findings), findings)
	return nil
}

// decided is what confirming and publishing a dump took, in seconds and bytes.
// Readings are verifications of a pair.
type decided struct{ confirm, publish, batchBytes, partBytes, runBytes, readings float64 }

// confirmed screens, confirms and publishes a dump of so many records, in one task each.
func (s *session) confirmed(records int, of maker) (d decided, err error) {
	path, err := s.writeDump("combo_colon", records, of)
	if err != nil {
		return d, err
	}
	p, err := s.plan(s.cfg, path, 1, whole)
	if err != nil {
		return d, err
	}
	defer p.close()
	if err = p.screen(); err != nil {
		return d, err
	}
	if d.confirm, err = s.cost(p.confirm); err != nil {
		return d, err
	}
	return d, cmp.Or(
		p.publish(&d), sizeOf(filepath.Join(p.place, "screen"), &d.batchBytes), sizeOf(filepath.Join(p.place, "confirm"), &d.partBytes),
	)
}

// divided measures what it takes that there are many tasks: each partition asks each shard.
func (s *session) divided() error {
	hits := hitsMeant / s.Scale
	path, err := s.writeDump("combo_colon", hits, wrongPasswords)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	cfg := s.cfg
	cfg.Memory = pipeline.MinMemory // small blocks, which end where shards can
	p, err := s.plan(cfg, path, partitionsMeant, info.Size()/shardsMeant)
	if err != nil {
		return err
	}
	defer p.close()
	if err := p.screen(); err != nil {
		return err
	}
	took, err := s.cost(p.confirm)
	if err != nil {
		return err
	}
	asked := float64(partitionsMeant * len(p.run.Plan.Shards))
	took -= partitionsMeant*s.alone + float64(hits)*s.out.Confirm.PairSeconds
	s.out.Confirm.ShardSeconds = max(took, 0) / asked
	return nil
}
