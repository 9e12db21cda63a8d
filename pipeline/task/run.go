package task

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/credsieve/credsieve/datasets/objects"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/parcel"
)

const planName = "plan"

// The stages that have tasks.
const (
	stageScreen  = "screen"
	stageConfirm = "confirm"
	stageState   = "state" // no task does it: it is planned
)

// Sections of results. What a section holds is said once, in JSON; what there can be much of has its own.
const (
	sectionHead = iota
	sectionRejects
	sectionReports
	sectionPrints  // of the passwords of a partition's pairs, see pair.Crowd
	sectionSample  // of the accounts that say where a budget ends
	sectionBatches // and one for each partition after it
)

// Run is a planned run, in the place where its results lie.
type Run struct {
	Plan  *Plan
	store *objects.Store
	key   parcel.Key
}

// planHead is the plan's key, before the plan.
type planHead struct {
	Version int    `json:"version"`
	KeyID   string `json:"key_id"`
	Key     []byte `json:"run_key"` // sealed
}

// Create writes a plan into a place that has none, under a new key. What state writes is there before the plan is; nil: nothing.
func Create(ctx context.Context, store *objects.Store, key *hashing.Key, plan *Plan, state func(*Run) error) (*Run, error) {
	plan.Version = version
	if there, err := store.List(ctx, ""); err != nil || len(there) > 0 {
		if err == nil {
			err = fmt.Errorf("refusing to plan a run where %q lies: name an empty place", there[0].Name)
		}
		return nil, err
	}
	secret := make([]byte, sha256.Size)
	if _, err := rand.Read(secret); err != nil {
		return nil, fmt.Errorf("failed to make the key of a run: %w", err)
	}
	sealing, err := parcel.NewKey(secret)
	if err != nil {
		return nil, fmt.Errorf("failed to make the key of a run: %w", err)
	}
	if state != nil {
		if err := state(&Run{Plan: plan, store: store, key: sealing}); err != nil {
			return nil, err
		}
	}
	data, err := sealPlan(key, secret, sealing, plan)
	if err != nil {
		return nil, fmt.Errorf("failed to write the plan: %w", err)
	}
	if err := store.Put(ctx, planName, func() io.Reader { return bytes.NewReader(data) }); err != nil {
		return nil, err
	}
	return Open(ctx, store, key) // as its tasks will; and whoever planned at the same moment was first
}

func sealPlan(key *hashing.Key, secret []byte, sealing parcel.Key, plan *Plan) ([]byte, error) {
	aead, err := planSeal(key)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	head, err := json.Marshal(planHead{version, key.ID(), aead.Seal(nonce, nonce, secret, nil)})
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(plan)
	if err != nil {
		return nil, err
	}
	out := bytes.NewBuffer(append(head, '\n'))
	w := parcel.NewWriter(out, sealing, planName)
	if err := w.Add(sectionHead, text); err != nil {
		return nil, err
	}
	_, err = w.Close()
	return out.Bytes(), err
}

func planSeal(key *hashing.Key) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key.Derive(hashing.PurposeTasks, nil, sha256.Size))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Open opens a run that was planned under the same master key.
func Open(ctx context.Context, store *objects.Store, key *hashing.Key) (*Run, error) {
	data, err := store.Read(ctx, planName, 0, -1)
	if errors.Is(err, objects.ErrNotFound) {
		return nil, fmt.Errorf("%w: is a run planned there? \"credsieve plan\" makes one", err)
	}
	if err != nil {
		return nil, err
	}
	r := &Run{store: store, Plan: new(Plan)}
	if r.key, err = openPlan(ctx, data, key, r.Plan); err != nil {
		return nil, fmt.Errorf("failed to read the plan: %w", err)
	}
	return r, nil
}

func openPlan(ctx context.Context, data []byte, key *hashing.Key, plan *Plan) (parcel.Key, error) {
	line, rest, _ := bytes.Cut(data, []byte("\n"))
	var head planHead
	if err := json.Unmarshal(line, &head); err != nil {
		return parcel.Key{}, errors.New("it is damaged")
	}
	switch {
	case head.Version != version:
		return parcel.Key{}, fmt.Errorf("it is of version %d, this program reads %d", head.Version, version)
	case head.KeyID != key.ID():
		return parcel.Key{}, fmt.Errorf("it was made under the key %.16q, this is %s", head.KeyID, key.ID())
	}
	aead, err := planSeal(key)
	if err != nil {
		return parcel.Key{}, err
	}
	if len(head.Key) < aead.NonceSize() {
		return parcel.Key{}, errors.New("it is damaged")
	}
	secret, err := aead.Open(nil, head.Key[:aead.NonceSize()], head.Key[aead.NonceSize():], nil)
	if err != nil {
		return parcel.Key{}, errors.New("its key does not open: it was changed")
	}
	sealing, err := parcel.NewKey(secret)
	if err != nil {
		return parcel.Key{}, err
	}
	p, err := parcel.Open(ctx, parcel.FromBytes(rest), int64(len(rest)), sealing, planName)
	if err != nil {
		return parcel.Key{}, err
	}
	text, err := p.Section(ctx, sectionHead)
	if err == nil {
		err = json.Unmarshal(text, plan)
	}
	return sealing, err
}

// taskName is what results of a task are bound to.
func taskName(stage string, number int) string { return fmt.Sprintf("%s/%06d", stage, number) }

// result is an object of a task.
type result struct {
	name string // of the task
	objects.Object
}

func (r *Run) open(ctx context.Context, from result) (*parcel.Reader, error) {
	p, err := parcel.Open(ctx, func(ctx context.Context, offset, n int64) ([]byte, error) {
		return r.store.Read(ctx, from.Name, offset, n)
	}, from.Size, r.key, from.name)
	if err != nil {
		return nil, fmt.Errorf("failed to open the result of task %s: %w", from.name, err)
	}
	return p, nil
}

// results returns the one result of each of so many tasks of a stage, by number.
func (r *Run) results(ctx context.Context, stage string, tasks int) ([]result, error) {
	found, err := r.done(ctx, stage, tasks)
	if err != nil {
		return nil, err
	}
	var missing []int
	for n := range found {
		if found[n].name == "" {
			missing = append(missing, n)
		}
	}
	if len(missing) > 0 {
		return nil, &MissingError{stage, missing}
	}
	return found, nil
}

// done returns the one result of each task that has one; those of others have no name.
func (r *Run) done(ctx context.Context, stage string, tasks int) ([]result, error) {
	list, err := r.store.List(ctx, stage+"/")
	if err != nil {
		return nil, err
	}
	found := make([]result, tasks)
	for _, object := range list {
		number, digest, ok := strings.Cut(strings.TrimPrefix(object.Name, stage+"/"), "/")
		n, err := strconv.Atoi(number)
		switch {
		case !ok || err != nil || n < 0 || len(digest) != hex.EncodedLen(sha256.Size):
			continue // nobody asks for it
		case n >= tasks:
			return nil, fmt.Errorf("object %q is of a task that the plan does not have", object.Name)
		case found[n].name != "":
			return nil, fmt.Errorf("task %s has two results that differ, %q and %q: the dumps, the index or the program changed "+
				"between two attempts; plan the run again", taskName(stage, n), found[n].Name, object.Name)
		}
		found[n] = result{taskName(stage, n), object}
	}
	return found, nil
}

// MissingError says which tasks have no result yet.
type MissingError struct {
	Stage string
	Tasks []int // ascending
}

func (e *MissingError) Error() string {
	const shown = 10
	names := make([]string, 0, shown)
	for _, n := range e.Tasks[:min(len(e.Tasks), shown)] {
		names = append(names, strconv.Itoa(n))
	}
	more := ""
	if n := len(e.Tasks) - len(names); n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	if e.Stage == stageState {
		return "what earlier runs decided is gone from the place of the run"
	}
	if len(e.Tasks) == 1 {
		return fmt.Sprintf("the %s task %s has no result", e.Stage, names[0])
	}
	return fmt.Sprintf("%d %s tasks have no result: %s%s", len(e.Tasks), e.Stage, strings.Join(names, ", "), more)
}

// Hint says what is to be done.
func (e *MissingError) Hint() string {
	if e.Stage == stageState {
		return "plan the run again"
	}
	what := "--shard"
	if e.Stage == stageConfirm {
		what = "--partition"
	}
	return fmt.Sprintf("run \"credsieve task %s RUN_URL %s N\" for each of them, and then this again", e.Stage, what)
}

// digestOf names a list of results.
func digestOf(list []result) string {
	sum := sha256.New()
	for i := range list {
		fmt.Fprintf(sum, "%s\n", list[i].Name)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
