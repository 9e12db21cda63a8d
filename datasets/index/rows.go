package index

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/index/internal/extsort"
	"github.com/credsieve/credsieve/datasets/index/internal/table"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
)

// jobRows is how many rows travel together from the reader through a worker to the writer.
const jobRows = 2048

// job is a stretch of the export. Its memory is used again for later ones.
type job struct {
	rows  []accounts.Account
	n     int    // of rows, in use
	first uint32 // number of the first row of the export, from 1
	err   error  // of a row, or of the source after the last row
	done  chan struct{}

	chunk   *table.Chunk
	classes []ClassMeta // what the class of a row of the chunk means, for this job only
	// rowClasses are those of the rows of the chunk, where they are covered.
	rowClasses []uint8
	tokens     []extsort.Entry // their accounts are rows of the chunk
	ids        []extsort.Entry
	met        []met // rows of the previous index
	tally      tally
}

// met says that a row of the export is an account of the previous index.
type met struct {
	row       uint32 // of the previous index
	exportRow uint32
	carried   bool
}

func newJob() *job {
	return &job{chunk: table.NewChunk(accountSchema)}
}

func (j *job) reset() {
	j.n, j.err, j.done = 0, nil, make(chan struct{})
	j.chunk.Reset()
	j.classes, j.tokens, j.ids, j.met = j.classes[:0], j.tokens[:0], j.ids[:0], j.met[:0]
	j.rowClasses = j.rowClasses[:0]
	j.tally = tally{costs: map[ClassMeta]*int64{}}
}

// worker turns rows of the export into rows of the tables.
type worker struct {
	b             *builder
	canonicalizer *hashing.Canonicalizer
	printer       printer
	matcher       *matcher // nil: there is no previous index
	forms         []byte   // scratch
	sealer        *sealer
	costs         map[string]ClassMeta // by the part of a stored hash that decides
	classOf       map[ClassMeta]uint8
}

func (b *builder) newWorker() *worker {
	w := &worker{
		b: b, canonicalizer: hashing.NewCanonicalizer(), printer: newPrinter(b.o.Key),
		sealer:  newSealer(b.vault),
		costs:   map[string]ClassMeta{},
		classOf: map[ClassMeta]uint8{},
	}
	if b.previous != nil {
		w.matcher = newMatcher(b.previous)
	}
	return w
}

func (w *worker) work(j *job) {
	clear(w.classOf)
	for i := range j.rows[:j.n] {
		a := &j.rows[i]
		if err := w.add(j, a, j.first+uint32(i)); err != nil {
			j.err = fmt.Errorf("row %d: %w", a.Row, err)
			return
		}
	}
}

// add takes one account in, or rejects it.
func (w *worker) add(j *job, a *accounts.Account, exportRow uint32) error {
	if a.Rejected != "" {
		j.tally.reject(a.Row, a.Rejected)
		return nil
	}
	if len(a.ID) > maxText {
		return fmt.Errorf("its account id is longer than %d bytes", maxText)
	}
	indexed := a.PasswordHash != "" || a.Canary
	row := sealedRow{exportRow: exportRow, changedIn: uint32(w.b.meta.Generation)}
	row.HashSteps = w.b.o.Hashes.RuleOf(a.PasswordHash)
	if indexed {
		row.prints = w.printer.prints(a, row.HashSteps)
	}
	was, err := w.compare(j, a, &row)
	if err != nil || was == sameRow && !w.b.rewrite {
		return err
	}
	account := uint32(notIndexed)
	taken, err := w.take(j, a, &row)
	if err != nil {
		return err
	}
	if taken {
		account = uint32(j.chunk.Rows - 1)
		j.tally.compared(was)
	}
	j.ids = append(j.ids, newIDEntry(w.printer.idHash(a.ID), exportRow, account))
	return nil
}

func (t *tally) compared(was likeness) {
	switch was {
	case newRow:
		t.added++
	case otherRow:
		t.changed++
	case sameIdentity:
		t.updated++
	case sameRow:
		t.carried++
	}
}

// take makes the row of an account; false: it has none.
func (w *worker) take(j *job, a *accounts.Account, row *sealedRow) (bool, error) {
	before := len(j.tokens)
	identifier, err := w.identify(j, a, row)
	if err != nil {
		return false, err
	}
	if identifier == "" {
		j.reject(a)
		return false, nil
	}
	j.tally.count(a)
	if a.PasswordHash == "" && !a.Canary {
		j.tokens = j.tokens[:before]
		j.tally.unusable += int64(binary.LittleEndian.Uint16(row.counts[2*len(countedKinds):]))
		return false, nil
	}
	steps := row.HashSteps
	row.Account = Account{
		ID: a.ID, Identifier: identifier, StoredHash: a.PasswordHash, HashContext: a.HashContext,
		PasswordChangedAt: a.PasswordChangedAt, LastActiveAt: a.LastActiveAt,
		MFA: a.MFA, Canary: a.Canary, Privilege: a.Privilege, Status: a.Status,
		CredentialTag: a.CredentialTag, HashSteps: steps,
	}
	if len(row.StoredHash) > maxText {
		row.StoredHash = "" // its class says why
	}
	class, why := w.classify(a.PasswordHash)
	j.tally.noteHash(class, why, a.Row)
	row.class = w.number(j, class)
	j.tally.indexed(class, row.counts)
	w.sealer.appendAccount(j.chunk, row)
	j.rowClasses = append(j.rowClasses, row.class)
	return true, nil
}

// identify appends the tokens of an account and returns its first usable identifier.
func (w *worker) identify(j *job, a *accounts.Account, row *sealedRow) (first string, err error) {
	before, unusable := len(j.tokens), 0
	for _, id := range a.Identifiers {
		var forms []hashing.Form
		if len(id.Text) <= maxText {
			w.forms = append(w.forms[:0], id.Text...)
			forms = w.canonicalizer.Forms(id.Kind, w.forms)
		}
		if len(forms) == 0 {
			unusable++
			continue
		}
		if first == "" {
			first = id.Text
		}
		for _, f := range forms {
			e := extsort.NewEntry(w.b.tokenizer.Token(f), uint32(j.chunk.Rows), f)
			if !knows(j.tokens[before:], &e) {
				j.tokens = append(j.tokens, e)
			}
		}
	}
	if len(a.Identifiers) > math.MaxUint16 {
		return "", fmt.Errorf("it has %d identifiers; the limit is %d",
			len(a.Identifiers), math.MaxUint16)
	}
	var byKind [hashing.KindPhone + 1]int
	for i := range j.tokens[before:] {
		if e := &j.tokens[before+i]; e.Attribution == hashing.AttributionExact {
			byKind[e.Kind]++
		}
	}
	for i, kind := range countedKinds {
		binary.LittleEndian.PutUint16(row.counts[2*i:], uint16(byKind[kind]))
	}
	binary.LittleEndian.PutUint16(row.counts[2*len(countedKinds):], uint16(unusable))
	return first, nil
}

// knows says whether an account has a token already. An account has few; kind and attribution are
// part of what a token stands for, so equal tokens agree in them.
func knows(all []extsort.Entry, e *extsort.Entry) bool {
	for i := range all {
		if all[i].SameToken(e) {
			return true
		}
	}
	return false
}

func (j *job) reject(a *accounts.Account) {
	reason := "no identifier"
	if len(a.Identifiers) > 0 {
		reason = "no usable identifier"
	}
	j.tally.reject(a.Row, reason)
}

func (t *tally) count(a *accounts.Account) {
	t.accounts++
	if a.PasswordHash == "" {
		t.noPassword++
	}
	if a.Status != accounts.StatusActive {
		t.byStatus[position(statuses[:], a.Status)]++
	}
	if a.Canary {
		t.canaries++
	}
}

// classify says how a stored hash can be verified, or why not, and then in words, which quote nothing of it.
func (w *worker) classify(encoded string) (_ ClassMeta, words string) {
	switch {
	case encoded == "":
		return ClassMeta{Cause: string(CauseNoPassword)}, ""
	case len(encoded) > maxText:
		return ClassMeta{Cause: string(stored.CauseOverLimit)}, fmt.Sprintf("longer than %d bytes", maxText)
	}
	h, err := w.b.o.Hashes.Parse(encoded)
	if err == nil {
		return w.costOf(h, encoded), ""
	}
	var why *stored.Error
	if errors.As(err, &why) {
		return ClassMeta{Cause: string(why.Cause)}, why.Detail
	}
	return ClassMeta{Cause: string(stored.CauseMalformed)}, ""
}

// costOf names the costs of a stored hash, which nearly all accounts share: to write them out each
// time would take a tenth of the build.
func (w *worker) costOf(h stored.Hash, encoded string) ClassMeta {
	prefix, end := "", strings.LastIndexByte(encoded, '$') // after it: tag, or salt and tag
	switch scheme := h.Scheme(); {
	case end < 0:
	case scheme == stored.SchemeArgon2id, scheme == stored.SchemeArgon2i:
		prefix = encoded[:strings.LastIndexByte(encoded[:end], '$')+1]
	case scheme == stored.SchemeBcrypt:
		prefix = encoded[:end]
	}
	if class, ok := w.costs[prefix]; ok {
		return class
	}
	class := ClassMeta{Scheme: string(h.Scheme()), Cost: h.Params()}
	if prefix != "" && len(w.costs) < maxClasses {
		w.costs[prefix] = class
	}
	return class
}

// number gives a class a number within a job.
func (w *worker) number(j *job, class ClassMeta) uint8 {
	n, ok := w.classOf[class]
	if !ok {
		n = uint8(addClass(&j.classes, class))
		w.classOf[class] = n
	}
	return n
}

// addClass returns the position of a class in a list. A list that is nearly full takes no more
// costs: they become one without a name, of its scheme or of any. Causes are few and always fit.
func addClass(all *[]ClassMeta, class ClassMeta) int {
	const forCosts, forSchemes = maxClasses - 128, maxClasses - 64
	if len(*all) >= forCosts && class.Cost != "" {
		class.Cost = otherClass
	}
	if len(*all) >= forSchemes && class.Scheme != "" {
		class.Scheme = otherClass
	}
	for i := range *all {
		if (*all)[i] == class {
			return i
		}
	}
	*all = append(*all, class)
	return len(*all) - 1
}
