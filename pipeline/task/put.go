package task

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/parcel"
)

// Sealer is a result that is being written. It lies sealed in a temporary file until Put.
type Sealer struct {
	run    *Run
	stage  string
	number int
	file   *os.File
	named  bool
	buffer *bufio.Writer
	parcel *parcel.Writer
}

// Seal begins the result of a task; dir is where it lies until it is put, "" the system's folder for temporary files. The
// caller must call Close.
func (r *Run) seal(stage string, number int, dir string) (*Sealer, error) {
	file, err := os.CreateTemp(dir, ".credsieve-task-")
	if err != nil {
		return nil, fmt.Errorf("failed to make a file for the result of a task: %w", err)
	}
	s := &Sealer{run: r, stage: stage, number: number, file: file, buffer: bufio.NewWriterSize(file, 1<<20)}
	s.named = os.Remove(file.Name()) != nil // an open file keeps its name on some systems
	s.parcel = parcel.NewWriter(s.buffer, r.key, taskName(stage, number))
	return s, nil
}

// SealTally begins the result of screening a shard.
func (r *Run) SealTally(shard int, dir string) (*Sealer, error) {
	return r.seal(stageScreen, shard, dir)
}

// PutPart writes what confirming a partition decided, with the passwords of its pairs, which it takes out of a crowd.
func (r *Run) PutPart(ctx context.Context, partition int, dir string, p *Part, passwords *pair.Crowd) error {
	s, err := r.seal(stageConfirm, partition, dir)
	if err != nil {
		return err
	}
	defer s.Close()
	err = passwords.Texts(func(text []byte) error { return s.parcel.Add(sectionPrints, text) })
	if err != nil {
		return err
	}
	return s.put(ctx, p)
}

// Reject adds a reject that AppendReject encoded.
func (s *Sealer) Reject(encoded []byte) error { return s.parcel.Add(sectionRejects, encoded) }

// Batch adds entries of a partition, each whole; partitions come one after the other, after the rejects.
func (s *Sealer) Batch(partition int, entry []byte) error {
	return s.parcel.Add(sectionBatches+uint32(partition), entry)
}

// Sample adds entries, each whole, of the accounts that say where the budget of the run ends.
func (s *Sealer) Sample(entry []byte) error { return s.parcel.Add(sectionSample, entry) }

// PutTally completes the result of screening a shard, and makes it visible.
func (s *Sealer) PutTally(ctx context.Context, t *Tally) error {
	reports := make([]*Report, len(t.Inputs))
	for i := range t.Inputs {
		reports[i] = t.Inputs[i].Report
	}
	text, err := json.Marshal(reports)
	if err != nil {
		return err
	}
	if err := s.parcel.Add(sectionReports, text); err != nil {
		return err
	}
	return s.put(ctx, t)
}

func (s *Sealer) put(ctx context.Context, head any) error {
	text, err := json.Marshal(head)
	if err != nil {
		return err
	}
	sum := ""
	if err = s.parcel.Add(sectionHead, text); err == nil {
		sum, err = s.parcel.Close()
	}
	if err = errors.Join(err, s.buffer.Flush()); err != nil {
		return fmt.Errorf("failed to seal the result of task %s: %w", taskName(s.stage, s.number), err)
	}
	size, err := s.file.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	return s.run.store.Put(ctx, taskName(s.stage, s.number)+"/"+sum, func() io.Reader {
		return io.NewSectionReader(s.file, 0, size)
	})
}

// Close gives the file back.
func (s *Sealer) Close() {
	s.file.Close() // it is uploaded, or of no use
	if s.named {
		os.Remove(s.file.Name())
	}
}
