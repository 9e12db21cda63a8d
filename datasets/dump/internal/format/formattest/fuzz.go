package formattest

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/unpack"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// FuzzLines parses anything as a format in which lines or rows are records, in blocks of any size: all
// that is not blank is in one record or reject, each cut is a part of its record, and the size of a
// block decides nothing.
func FuzzLines(f *testing.F, examined format.Format) {
	f.Helper()
	for _, data := range Contents(f, examined.Name()) {
		f.Add(data, uint16(16), uint16(0))
		f.Add(data, uint16(1), uint16(20))
	}
	f.Fuzz(func(t *testing.T, data []byte, blockSize, maxRecord uint16) {
		opts := dump.Options{
			Format: examined.Name(), BlockSize: int(blockSize), MaxRecord: int(maxRecord),
		}
		opts.Stdin = bytes.NewReader(data)
		var all dumptest.Outcome
		plain := MayBePlain(data)
		_, err := dump.Read(t.Context(), dump.Input{Path: "-"}, opts, func(b *dump.Block) error {
			checkBlock(t, b, data, plain, &all)
			b.Release()
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if plain && len(all.Records)+len(all.Rejects) > 0 {
			header := headerOf(examined, data)
			below := all
			below.Rejects = slices.DeleteFunc(slices.Clone(all.Rejects), func(r dumptest.Reject) bool {
				return r.Offset+r.Length <= int64(len(header)) && r.Reason == leak.ReasonNotARecord
			})
			WantBalance(t, string(data), header, below)
		}
		opts.BlockSize = 0
		again := dumptest.Read(t, data, opts)
		if fmt.Sprint(Places(again)) != fmt.Sprint(Places(all)) {
			t.Errorf("in blocks of %d bytes: %v\nin one: %v", blockSize, Places(all), Places(again))
		}
	})
}

// checkBlock parses a block. Each cut of a plain member is a part of its record, or the text of one
// with its quoting undone.
func checkBlock(t *testing.T, b *dump.Block, data []byte, plain bool, all *dumptest.Outcome) {
	for _, r := range b.Rejects {
		all.Rejects = append(all.Rejects, dumptest.Reject{Reject: r, Member: b.Member})
	}
	b.Parse(func(r *leak.Record) {
		shown := dumptest.Show(r.Cuts)
		all.Records = append(all.Records,
			dumptest.Record{Position: r.Position, Member: b.Member, Cuts: shown})
		if len(r.Cuts) == 0 || len(r.Cuts) > cut.MaxCuts {
			t.Errorf("a record has %d cuts", len(r.Cuts))
		}
		for _, c := range r.Cuts {
			if len(c.Identifier) == 0 || c.Testable && len(c.Secret) == 0 {
				t.Errorf("a cut is empty: %q", shown)
			}
			if plain && !isPartOf(data[r.Offset:][:r.Length], c) {
				t.Errorf("a cut lies outside: %q", shown)
			}
		}
	}, func(r leak.Reject) {
		all.Rejects = append(all.Rejects, dumptest.Reject{Reject: r, Member: b.Member})
	})
}

// isPartOf reports whether a cut stands in its record, or may be what something in it means.
func isPartOf(text []byte, c leak.Cut) bool {
	if !utf8.Valid(text) || bytes.ContainsAny(text, "\\&=%\x1f") || bytes.ContainsAny(text, "\u200b\ufeff") {
		return true // decoded, a backslash undone, or what the text stands for
	}
	var colours cut.Cutter
	if bare := colours.Uncoloured(text); len(bare) < len(text) && isPartOf(bare, c) {
		return true
	}
	if bytes.Contains(text, []byte(":plain_password_hex:")) {
		return true // what the hex stands for
	}
	quoted := bytes.ContainsAny(text, "\"'") || bytes.Contains(text, []byte("$HEX["))
	return (quoted || bytes.Contains(text, c.Secret)) &&
		(bytes.IndexByte(text, '"') >= 0 || bytes.Contains(text, c.Identifier))
}

// headerOf returns what a format skips at the start of a member.
func headerOf(examined format.Format, data []byte) string {
	head := data[:min(len(data), format.SampleSize)]
	s := format.NewSample(head)
	how, err := examined.Open(s)
	if err != nil {
		return ""
	}
	return string(data[:len(head)-len(s.Data)+how.Skip()])
}

// FuzzRecords parses anything as a format whose records have several lines, or less than one. What
// stands between records may be in none, where mayStandBetween says so of the byte; for the rest all
// that is asked is that nothing is in two, that cuts are whole, and that the size of a block decides
// nothing.
func FuzzRecords(f *testing.F, name string, mayStandBetween func(b byte, data []byte) bool) {
	f.Helper()
	for _, data := range Contents(f, name) {
		f.Add(data, uint16(16))
		f.Add(data[:len(data)/2], uint16(1))
		f.Add(bytes.ReplaceAll(data, []byte("\n"), []byte("\r")), uint16(100))
	}
	f.Fuzz(func(t *testing.T, data []byte, blockSize uint16) {
		opts := dump.Options{Format: name}
		one := dumptest.Read(t, data, opts)
		opts.BlockSize = int(blockSize)
		many := dumptest.Read(t, data, opts)
		if fmt.Sprint(Places(one)) != fmt.Sprint(Places(many)) || one.Status != many.Status {
			t.Errorf("in blocks of %d bytes: %q\nin one: %q", blockSize, Places(many), Places(one))
		}
		wantApart(t, data, one, mayStandBetween)
		opts.MaxRecord = 20
		wantApart(t, data, dumptest.Read(t, data, opts), mayStandBetween)
	})
}

// wantApart checks that records and rejects do not overlap, and that cuts are whole.
func wantApart(t *testing.T, data []byte, got dumptest.Outcome, between func(byte, []byte) bool) {
	t.Helper()
	if len(got.Records)+len(got.Rejects) == 0 || !MayBePlain(data) {
		return
	}
	for _, r := range got.Records {
		if len(r.Cuts) == 0 || len(r.Cuts) > cut.MaxCuts {
			t.Errorf("a record has %d cuts", len(r.Cuts))
		}
	}
	mark := len(data) - len(bytes.TrimPrefix(data, []byte(cut.ByteOrderMark)))
	for i, n := range coverage(t, len(data), got) {
		switch {
		case n > 1:
			t.Fatalf("byte %d is in %d records", i, n)
		case n == 0 && i >= mark && !between(data[i], data):
			t.Fatalf("byte %d is in neither a record nor a reject", i)
		}
	}
}

// MayBePlain reports whether data is read as it stands, for sure: it is not a container and not
// UTF-16, so that positions count its own bytes.
func MayBePlain(data []byte) bool {
	head := data[:min(len(data), format.SampleSize)]
	marked := bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))
	manyZeros := len(head) >= 8 && 6*bytes.Count(head, []byte{0}) >= len(head)
	return !unpack.IsContainer(head) && !marked && !manyZeros
}
