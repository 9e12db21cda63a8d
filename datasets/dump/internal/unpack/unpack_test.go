package unpack_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// readable are the fixtures, which independent programs wrote: bzip2, xz, zlib, tar, 7z and zip.
var readable = []struct {
	file   string
	locked bool
	cuts   []string
	format string
}{
	{"list.txt.bz2", false, listCuts, "combo"},
	{"list.txt.xz", false, listCuts, "combo"},
	{"blocks.txt.xz", false, listCuts, "combo"},
	{"list.txt.zlib", false, listCuts, "combo"},
	{"both.tar", false, bothCuts, "combo+csv"},
	{"solid.7z", false, bothCuts, "combo+csv"},
	{"ppmd.7z", false, bothCuts, "combo+csv"},
	{"stored.7z", false, bothCuts, "combo+csv"},
	{"locked.7z", true, bothCuts, "combo+csv"},
	{"locked_stored.7z", true, bothCuts, "combo+csv"},
	{"locked_names.7z", true, bothCuts, "combo+csv"},
	{"bzip2.zip", false, bothCuts, "combo+csv"},
	{"aes256.zip", true, bothCuts, "combo+csv"},
	{"aes128_stored.zip", true, bothCuts, "combo+csv"},
	{"zipcrypto.zip", true, bothCuts, "combo+csv"},
	{"zipcrypto_streamed.zip", true, listCuts, "combo"},
}

func TestWalk_containers(t *testing.T) {
	t.Parallel()
	for _, test := range readable {
		t.Run(test.file, func(t *testing.T) {
			passwords := []string{"wrong", secret}
			everyWay(t, dumptest.Container(t, test.file), passwords, func(t *testing.T, got dumptest.Outcome) {
				got.WantReport(t, dump.StatusRead, test.format, "")
				dumptest.WantCuts(t, got.FirstCuts(), test.cuts)
			})
		})
	}
}

func TestWalk_encrypted_without_the_password(t *testing.T) {
	t.Parallel()
	for _, test := range readable {
		if !test.locked {
			continue
		}
		t.Run(test.file, func(t *testing.T) {
			for want, passwords := range map[string][]string{
				`encrypted: name the password in a sidecar ("passwords")`:    nil,
				"encrypted, and the password that is known does not open it": {"wrong-1"},
				"encrypted, and none of the 3 passwords tried opens it":      {"wrong-1", "", "wrong-3"},
			} {
				want = strings.TrimPrefix(want, "encrypted")
				everyWay(t, dumptest.Container(t, test.file), passwords, func(t *testing.T, got dumptest.Outcome) {
					got.WantReport(t, dump.StatusSkipped, test.file[strings.LastIndex(test.file, ".")+1:], want)
					if len(got.Records)+len(got.Rejects) > 0 {
						t.Errorf("ciphertext was parsed: %v", got.FirstCuts())
					}
					if strings.Contains(fmt.Sprint(got.Err), "wrong-") {
						t.Errorf("the sentence has a password: %v", got.Err)
					}
				})
			}
		})
	}
}

// TestWalk_containers_that_are_cut_off cuts each fixture at every length.
func TestWalk_containers_that_are_cut_off(t *testing.T) {
	t.Parallel()
	for _, test := range readable {
		if test.file == "locked_names.7z" || test.file == "locked.7z" {
			continue // each of its lengths costs a key
		}
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			whole := dumptest.Container(t, test.file)
			const marked = 40 // bytes that tell what it is
			for n := marked; n < len(whole); n += 1 + len(whole)/200 {
				in := dump.Input{Path: "-", Meta: dump.Meta{Passwords: []string{secret}}}
				got := dumptest.ReadInput(t, in, dump.Options{
					Stdin: bytes.NewReader(whole[:n]), BlockSize: 1 << 10, MaxRecord: 1 << 10,
				})
				if got.Failed != nil {
					t.Fatalf("cut to %d bytes: %v", n, got.Failed)
				}
				if test.file == "both.tar" {
					continue // its end is zeros that may be missing: tested on its own
				}
				if got.Status == dump.StatusRead {
					t.Fatalf("cut to %d of %d bytes it is taken for whole", n, len(whole))
				}
			}
		})
	}
}

func TestWalk_what_was_whole_is_kept(t *testing.T) {
	t.Parallel()
	list := strings.Repeat(listText, 20_000)
	tarred := dumptest.Tar(t, dumptest.TarFile("a", list), dumptest.TarFile("b", list))
	for name, test := range map[string]struct {
		data []byte
		say  string
	}{
		"xz":    {dumptest.Run(t, []byte(list+dumptest.Noise(1<<20)), "xz", "-c"), "the xz stream ends early"},
		"bzip2": {dumptest.Run(t, []byte(list+dumptest.Noise(1<<20)), "bzip2", "-c"), "the bzip2 stream ends early"},
		"zlib":  {dumptest.Zlibbed(t, []byte(list+dumptest.Noise(1<<20))), "the zlib stream ends early"},
		"tar":   {tarred, "ends early"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := dumptest.Read(t, test.data[:len(test.data)*9/10], dump.Options{})
			got.WantReport(t, dump.StatusPartial, "combo", test.say)
			if len(got.Records) < 40_000 {
				t.Errorf("got %d records", len(got.Records))
			}
			if r := got.Reasons(); len(r) == 0 || r[len(r)-1] != string(leak.ReasonTruncated) {
				t.Errorf("the loss does not show: %v", r)
			}
		})
	}
}

func TestWalk_damaged_containers(t *testing.T) {
	t.Parallel()
	for _, test := range readable {
		if strings.HasPrefix(test.file, "locked") {
			continue // each try would cost a key derivation
		}
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			whole := dumptest.Container(t, test.file)
			for i := 0; i < len(whole); i += 1 + len(whole)/100 {
				broken := bytes.Clone(whole)
				broken[i] ^= 0x55
				in := dump.Input{Path: "-", Meta: dump.Meta{Passwords: []string{secret}}}
				opts := dump.Options{
					Stdin: bytes.NewReader(broken), BlockSize: 1 << 10, MaxRecord: 1 << 10,
				}
				if got := dumptest.ReadInput(t, in, opts); got.Failed != nil {
					t.Fatalf("byte %d: %v", i, got.Failed)
				}
			}
		})
	}
}

func TestWalk_containers_joined(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"list.txt.bz2", "list.txt.xz", "list.txt.zlib"} {
		twice := bytes.Repeat(dumptest.Container(t, file), 2)
		got := dumptest.Read(t, twice, dump.Options{})
		got.WantReport(t, dump.StatusRead, "combo", "")
		dumptest.WantCuts(t, got.FirstCuts(), append(listCuts[:2:2], listCuts...))
	}
}

func TestWalk_zlib_with_text_after_it_is_partial(t *testing.T) {
	t.Parallel()
	data := append(dumptest.Container(t, "list.txt.zlib"), "bob@example.org:pw\n"...)
	got := dumptest.Read(t, data, dump.Options{})
	got.WantReport(t, dump.StatusPartial, "combo", "the zlib stream is damaged")
	dumptest.WantCuts(t, got.FirstCuts()[:2], listCuts)
}

func TestWalk_text_that_begins_like_a_container(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"x^a:b@example.com:pw\n", "x^\n", "x^", "x\x01@example.com:pw\n", "BZh@example.com:pw\n",
		"7z@example.com:pw\n", "Rar!@example.com:pw\n", "x^" + strings.Repeat("\n"+oneLine, 99),
	} {
		got := dumptest.Read(t, []byte(text), dump.Options{})
		if got.Status == dump.StatusSkipped || got.Format != "combo" {
			t.Errorf("%q: got %s as %q: %v", text[:3], got.Status, got.Format, got.Err)
		}
	}
}

func TestWalk_containers_can_be_cancelled(t *testing.T) {
	t.Parallel()
	list := strings.Repeat(listText, 200_000)
	for name, data := range map[string][]byte{
		"xz": dumptest.Run(t, []byte(list), "xz", "-0", "-c"), "7z": dumptest.SevenZipped(t, nil, "a", list, "b", list),
		"tar": dumptest.Tar(t, dumptest.TarFile("a", list), dumptest.TarFile("b", list)),
		"rar": rarOf(rarFile{name: "a", text: list}, rarFile{name: "b", text: list})[0],
		"zip": dumptest.Zipped(t, dumptest.Packed("a", list), dumptest.Packed("b", list)),
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "dump")
			if err := os.WriteFile(file, data, 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			blocks := 0
			_, err := dump.Read(ctx, dump.Input{Path: file}, dump.Options{}, func(b *dump.Block) error {
				blocks++
				cancel()
				return nil
			})
			if !errors.Is(err, context.Canceled) || blocks != 1 {
				t.Errorf("got %v after %d blocks", err, blocks)
			}
		})
	}
}
