// Package inspect looks into dumps, without a key and without an index: what they are taken for, and what they hold, with no
// secret of it. It reads them to their end, as a run does.
//
// Not guaranteed: that a scan finds as much. What names nobody of ours is counted here all the same.
package inspect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/datasets/objects"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/progress"
)

// Config is what looking into dumps needs.
type Config struct {
	Dumps    []string
	Sidecars string // folder of descriptions that are believed; empty: none
	Format   string
	Layout   dump.Layout
	Stdin    io.Reader
	Limits   dump.Limits
	Child    func(ctx context.Context) *exec.Cmd // see dump.NewChildren; nil: archives are taken apart here
	Progress progress.Progress
}

// Inspection is what one input holds, with no secret in it.
type Inspection struct {
	Path     string `json:"path"`
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	Trust    string `json:"trust"`
	LeakedOn string `json:"leaked_on"`
	Bytes    int64  `json:"bytes"`
	SHA256   string `json:"sha256"`
	Status   string `json:"status"`
	Format   string `json:"format"`
	Encoding string `json:"encoding"`
	Error    string `json:"error,omitempty"`
	LeftOut  bool   `json:"left_out,omitempty"` // on purpose: it holds no passwords
	// FilesLeftOut counts those of its archives that are not read, for the same reason.
	FilesLeftOut int `json:"files_left_out,omitempty"`
	// Claim is what a sidecar says that is not believed.
	Claim *rundir.Claim `json:"claim,omitempty"`
	Contents
	Members []MemberInspection `json:"members"`
}

// MemberInspection is what one stream of text inside an input holds.
type MemberInspection struct {
	Member   string `json:"member"` // empty when the input is not an archive
	Status   string `json:"status"`
	Format   string `json:"format"`
	Why      string `json:"why"` // the format was chosen
	Encoding string `json:"encoding"`
	Error    string `json:"error,omitempty"`
	Contents
	Sample      []string  `json:"sample"`              // the first records, every secret masked
	UnclaimedAt []Place   `json:"unclaimed_at"`        // the first of them
	Stretches   []Stretch `json:"stretches,omitempty"` // where it has more than one format
}

// Stretch is a part of a member that is of one format, from where it begins.
type Stretch struct {
	Format string `json:"format"`
	Place
}

// Place is where something stands in a member.
type Place struct {
	Offset int64 `json:"offset"` // bytes from the start
	Line   int64 `json:"line"`
}

// Contents counts what was met.
type Contents struct {
	Records  int64            `json:"records"`
	Testable int64            `json:"testable"` // records with a password that could be verified
	Decoded  int64            `json:"decoded"`  // records that are not UTF-8, tried in other encodings too
	Rejected int64            `json:"rejected"`
	Rejects  map[string]int64 `json:"rejects"` // by reason

	Addresses int64 `json:"addresses"` // e-mail addresses that records name users by
	Guessed   int64 `json:"guessed"`   // of these: in lines that the reader has only guessed at
	Unclaimed int64 `json:"unclaimed"` // e-mail addresses that stand in the text and that no record claims
	// NotUnderstood says that at least as many addresses are guessed at or not claimed as are understood: a scan
	// would not take the layout as understood.
	NotUnderstood bool `json:"not_understood"`
}

// Dumps reads dumps to their end and tells what they are.
func Dumps(ctx context.Context, cfg Config) ([]Inspection, error) {
	tree := new(objects.Tree)
	defer tree.Close() // it was only read
	inputs, err := dump.List(ctx, cfg.Dumps, dump.ListOptions{Sidecars: cfg.Sidecars, Remote: tree})
	if err != nil {
		return nil, err
	}
	meter := cfg.Progress.Phase("inspect", pair.TotalSize(inputs), progress.Bytes)
	defer meter.Done()
	children := dump.NewChildren(cfg.Child)
	defer children.Close()
	options := dump.Options{
		Format: cfg.Format, Layout: cfg.Layout, Stdin: cfg.Stdin, Limits: cfg.Limits, Children: children, Progress: meter.Add,
		Sweep: true, Open: dump.OpenBelow("", tree),
	}
	list := make([]Inspection, 0, len(inputs))
	for _, in := range inputs {
		looking := inspector{members: make(map[string]*memberContents), sweeper: dump.NewSweeper()}
		report, err := dump.Read(ctx, in, options, looking.block)
		if err != nil {
			return nil, err
		}
		list = append(list, looking.inspection(in, report))
	}
	return list, nil
}

// inspector counts what the blocks of one input hold.
type inspector struct {
	all     Contents
	members map[string]*memberContents
	sweeper *dump.Sweeper
}

type memberContents struct {
	Contents
	sample []string
	places []Place
	named  bool // its name holds a text of one of its records
}

// samples is how many records of a member are shown.
const samples = 3

func (i *inspector) block(b *dump.Block) error {
	defer b.Release()
	m := i.members[b.Member]
	if m == nil {
		m = &memberContents{}
		i.members[b.Member] = m
	}
	reject := func(r leak.Reject) {
		m.reject(string(r.Reason))
		i.all.reject(string(r.Reason))
	}
	for _, r := range b.Rejects {
		reject(r)
	}
	number := int64(0)
	var guessed []int64 // whether they are, is known when the block is parsed
	b.Parse(func(r *leak.Record) {
		if !r.Plain && namesAddress(r) {
			guessed = append(guessed, number)
		}
		number++
		m.record(r)
		i.all.record(r)
		if len(m.sample) < samples {
			m.sample = append(m.sample, masked(r))
		}
		m.named = m.named || names(b.Member, r)
	}, reject)
	for _, record := range guessed {
		if b.Loose(record) {
			m.Guessed++
			i.all.Guessed++
		}
	}
	i.sweep(b, m)
	return nil
}

// sweep counts the addresses that no record claims, and keeps the places of the first.
func (i *inspector) sweep(b *dump.Block, m *memberContents) {
	wanted := samples - len(m.places)
	counts := b.Sweep(i.sweeper, dump.Swept{
		Ours: func([]byte) bool {
			wanted--
			return wanted >= 0
		},
		Found: func(found *dump.Mention) {
			at := b.Place(found)
			m.places = append(m.places, Place{Offset: at.Offset, Line: at.Line})
		},
	})
	unclaimed := counts.Addresses - counts.Claimed
	m.Unclaimed += unclaimed
	i.all.Unclaimed += unclaimed
}

// namesAddress reports whether a record has something for an e-mail address.
func namesAddress(r *leak.Record) bool {
	return slices.ContainsFunc(r.Cuts, func(c leak.Cut) bool {
		return len(c.Secret) > 0 && bytes.IndexByte(c.Identifier, '@') >= 0
	})
}

// judge decides whether the layout is understood.
func (c *Contents) judge() {
	unclear := c.Guessed + c.Unclaimed
	c.NotUnderstood = unclear > 0 && unclear >= c.Addresses-c.Guessed
}

func (c *Contents) reject(reason string) {
	if c.Rejects == nil {
		c.Rejects = make(map[string]int64)
	}
	c.Rejects[reason]++
	c.Rejected++
}

func (c *Contents) record(r *leak.Record) {
	c.Records++
	if r.Decoded {
		c.Decoded++
	}
	if namesAddress(r) {
		c.Addresses++
	}
	for i := range r.Cuts {
		if r.Cuts[i].Testable && len(r.Cuts[i].Secret) > 0 {
			c.Testable++
			return
		}
	}
}

// mask has one length: that of a password is nobody's business either.
const mask = "********"

// showable reports whether an identifier may be shown: an address or a phone number. Anything else may be a password
// that stands where a name was expected.
func showable(c *leak.Cut) bool {
	var forms hashing.Canonicalizer
	if len(forms.Forms(hashing.KindEmail, c.Identifier)) > 0 {
		return true
	}
	// Digits that nothing calls a number of a phone are a password as well.
	number := c.Kind == hashing.KindPhone || bytes.HasPrefix(bytes.TrimSpace(c.Identifier), []byte("+"))
	return number && len(forms.Forms(hashing.KindPhone, c.Identifier)) > 0
}

// names reports whether the name of a member holds a secret of a record, or an identifier that may not be shown. What
// is shorter than shortest is in many names by chance.
func names(member string, r *leak.Record) bool {
	const shortest = 4
	if member == "" {
		return false
	}
	member = strings.ToLower(member)
	holds := func(text []byte) bool {
		return len(text) >= shortest && strings.Contains(member, strings.ToLower(string(text)))
	}
	for i := range r.Cuts {
		c := &r.Cuts[i]
		if holds(c.Secret) || holds(c.Identifier) && !showable(c) {
			return true
		}
	}
	return false
}

// masked shows a record without its secret. Where a line can be read in more than one way, any part of it
// may be the password, and none is shown.
func masked(r *leak.Record) string {
	shown, first := mask, ""
	for i := range r.Cuts {
		switch id := string(r.Cuts[i].Identifier); {
		case i == 0 && showable(&r.Cuts[i]):
			shown, first = id, id
		case i == 0:
			first = id
		case id != first:
			return fmt.Sprintf("%s:%s (%d readings)", mask, mask, len(r.Cuts))
		}
	}
	for i := range r.Cuts {
		if bytes.EqualFold(r.Cuts[i].Secret, []byte(shown)) {
			shown = mask // their password is their name
		}
	}
	for i := range r.Cuts {
		if r.Cuts[i].Testable {
			return shown + ":" + mask
		}
	}
	return shown + ": no password that could be verified"
}

func (i *inspector) inspection(in dump.Input, report dump.Report) Inspection {
	i.all.judge()
	out := Inspection{
		Path: in.Path, Name: pair.CleanName(in.Meta.Name), Kind: string(in.Meta.Kind),
		Trust: string(in.Meta.Trust), LeakedOn: rundir.Date(in.Meta.LeakedOn),
		Bytes: report.Bytes, SHA256: report.SHA256, Status: string(report.Status),
		Format: report.Format, Encoding: report.Encoding, Error: sentence(report.Err),
		LeftOut: errors.Is(report.Err, dump.ErrNotPasswords), FilesLeftOut: report.LeftOut,
		Claim: pair.ClaimOf(in.Claim), Contents: i.all, Members: []MemberInspection{},
	}
	for _, m := range report.Members {
		about := MemberInspection{
			Member: m.Name, Status: string(m.Status), Format: m.Format, Why: m.Why,
			Encoding: m.Encoding, Error: sentence(m.Err), Sample: []string{}, UnclaimedAt: []Place{},
		}
		for _, s := range m.Stretches {
			about.Stretches = append(about.Stretches, Stretch{s.Format, Place{Offset: s.Offset, Line: s.Line}})
		}
		if held := i.members[m.Name]; held != nil {
			about.Contents = held.Contents
			about.judge()
			about.UnclaimedAt = append(about.UnclaimedAt, held.places...)
			about.Sample = append(about.Sample, held.sample...)
			if held.named {
				about.Member = mask
				about.Error, out.Error = unnamed(about.Error, m.Name), unnamed(out.Error, m.Name)
			}
		}
		out.Members = append(out.Members, about)
	}
	return out
}

// unnamed takes the name of a member out of a sentence that quotes it.
func unnamed(sentence, member string) string {
	return strings.ReplaceAll(strings.ReplaceAll(sentence, strconv.Quote(member), mask), member, mask)
}

func sentence(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
