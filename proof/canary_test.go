package proof_test

import (
	"bytes"
	"context"
	crand "crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/keyturn/apiclient"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
)

// hunt looks for values where none may be, in every form in which they might lie there.
type hunt struct {
	mu      sync.Mutex
	values  map[string]bool
	needles needles
	places  []string
	bytes   int
}

// needles are looked for all at once: a long proof has tens of thousands, and looking for one after the
// other through a database took minutes for each kill.
type needles struct {
	byHead map[uint64][][]byte // by their first headLen bytes
	maybe  [1 << 12]uint64     // a bit for each hash of such a head: nearly every place is left with one look
	count  int
}

// headLen is how much of a needle is looked up first. No form is shorter.
const headLen = 8

func headBit(head uint64) (word int, bit uint64) {
	hash := head * 0x9E3779B97F4A7C15 >> 46
	return int(hash >> 6), 1 << (hash & 63)
}

func (n *needles) add(all ...[]byte) {
	if n.byHead == nil {
		n.byHead = map[uint64][][]byte{}
	}
	for _, needle := range all {
		head := binary.LittleEndian.Uint64(needle)
		word, bit := headBit(head)
		n.maybe[word] |= bit
		n.byHead[head] = append(n.byHead[head], needle)
		n.count++
	}
}

// find returns where the first of them lies, or -1.
func (n *needles) find(text []byte) int {
	for at := 0; at+headLen <= len(text); at++ {
		head := binary.LittleEndian.Uint64(text[at:])
		if word, bit := headBit(head); n.maybe[word]&bit == 0 {
			continue
		}
		for _, needle := range n.byHead[head] {
			if bytes.HasPrefix(text[at:], needle) {
				return at
			}
		}
	}
	return -1
}

// know adds values to look for.
func (h *hunt) know(w *witness) {
	for _, versions := range w.values {
		for _, v := range versions {
			h.add(v)
		}
	}
}

func (h *hunt) add(v models.Secret) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.values == nil {
		h.values = map[string]bool{}
	}
	if text := v.Reveal(); text != "" && !h.values[text] {
		h.values[text] = true
		h.needles.add(forms(text)...)
	}
}

// forms are a value as it is, a piece from its middle, and as programs write bytes.
func forms(value string) [][]byte {
	middle := value[len(value)/2-5 : len(value)/2+5]
	all := []string{value, middle, url.QueryEscape(value), fmt.Sprintf("%q", value)[1 : len(value)+1]}
	digits := hex.EncodeToString([]byte(value))
	all = append(all, digits, strings.ToUpper(digits), strings.Trim(fmt.Sprint([]byte(value)), "[]"))
	for _, code := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		for before := range 3 { // bytes of something else in front of it
			text := code.EncodeToString(append(make([]byte, before), value...))
			all = append(all, text[(before*8+5)/6:len(text)-4])
		}
	}
	wide := make([]byte, 0, 2*len(value))
	for i := range len(value) {
		wide = append(wide, value[i], 0)
	}
	all = append(all, string(wide))
	slices.Sort(all)
	var out [][]byte
	for _, form := range slices.Compact(all) {
		out = append(out, []byte(form))
	}
	return out
}

// in looks in one place.
func (h *hunt) in(t testing.TB, place string, text []byte) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.bytes += len(text)
	if !slices.Contains(h.places, place) {
		h.places = append(h.places, place)
	}
	if at := h.needles.find(text); at >= 0 {
		t.Errorf("I8: a value lies in %s, at byte %d of %d", place, at, len(text))
	}
}

// merge takes in what another one knows, and where it has looked.
func (h *hunt) merge(other *hunt) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.values == nil {
		h.values = map[string]bool{}
	}
	for value := range other.values {
		if !h.values[value] {
			h.values[value] = true
			h.needles.add(forms(value)...)
		}
	}
	for _, place := range other.places {
		if !slices.Contains(h.places, place) {
			h.places = append(h.places, place)
		}
	}
	h.bytes += other.bytes
}

// A hunt that finds nothing must be one that would.
func TestTheHuntFindsEveryForm(t *testing.T) {
	value, err := models.NewToken(crand.Reader, "ls")
	must(t, err)
	h := &hunt{}
	h.add(value)
	v := value.Reveal()
	for before := range 7 {
		around := strings.Repeat("x", before) + v + "and so on"
		for name, text := range map[string]string{
			"as it is": around, "cut short": v[:len(v)*3/4], "base64": base64.StdEncoding.EncodeToString([]byte(around)),
			"base64 for addresses": base64.RawURLEncoding.EncodeToString([]byte(around)), "hex": hex.EncodeToString([]byte(around)),
			"numbers": fmt.Sprint([]byte(around)), "quoted": fmt.Sprintf("%q", around), "in an address": url.QueryEscape(around),
		} {
			if h.needles.find([]byte(text)) < 0 {
				t.Errorf("%s, behind %d bytes: not found", name, before)
			}
		}
	}
	if other, err := models.NewToken(crand.Reader, "ls"); err != nil || h.needles.find([]byte(other.Reveal())) >= 0 {
		t.Errorf("another value was taken for it: %v", err)
	}
}

// inFiles looks in all files of a folder but those that are told to hold a value.
func (h *hunt) inFiles(t testing.TB, place, dir string, except ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		if e.IsDir() || slices.Contains(except, e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		must(t, err)
		what := place + " " + e.Name()
		if strings.Contains(place, "write-ahead log of PostgreSQL") {
			what = place
		}
		h.in(t, what, text)
	}
}

// inProcess looks at what every process of the machine may read of a child.
func (h *hunt) inProcess(t testing.TB, whose string, pid int) {
	t.Helper()
	for _, name := range []string{"cmdline", "environ"} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, name))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
			return // not Linux, or it has just been killed
		}
		must(t, err)
		h.in(t, name+" of "+whose, text)
	}
}

// inDatabase looks where the workspace rests.
func (h *hunt) inDatabase(t testing.TB, p place) {
	t.Helper()
	if p.Database == "" {
		h.inFiles(t, "the folder of SQLite:", p.Dir, "admin-token")
		return
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, p.Database)
	must(t, err)
	defer func() { _ = conn.Close(ctx) }()
	rows, err := conn.Query(ctx, `SELECT tablename FROM pg_tables WHERE schemaname = current_schema()`)
	must(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(t, err)
	for _, table := range tables {
		rows, err := conn.Query(ctx, `SELECT t::text FROM `+pgx.Identifier{table}.Sanitize()+` t`)
		must(t, err)
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		must(t, err)
		h.in(t, "the table "+table+" of PostgreSQL", []byte(strings.Join(lines, "\n")))
	}
	var dir string
	must(t, conn.QueryRow(ctx, `SHOW data_directory`).Scan(&dir))
	wal := filepath.Join(dir, "pg_wal")
	if _, err := os.ReadDir(wal); err != nil {
		t.Logf("the server's own files cannot be read from here: %v", err)
		return
	}
	h.inFiles(t, "the write-ahead log of PostgreSQL", wal)
	if log, err := os.ReadFile(filepath.Join(filepath.Dir(dir), "log")); err == nil {
		h.in(t, "the log of PostgreSQL, of all statements", log)
	}
}

// wiretap keeps every answer but those that are asked for a value.
type wiretap struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (w *wiretap) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil || strings.HasSuffix(req.URL.Path, "/secret") {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	w.mu.Lock()
	defer w.mu.Unlock()
	fmt.Fprintf(&w.all, "%s\n%v\n%s\n", req.URL, resp.Header, body)
	return resp, nil
}

// Block I: every operation is done, repeated and refused; then no value lies in answers, errors, logs or
// databases, in no form.
func TestNoValueStaysBehind(t *testing.T) {
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			s := start(t, database)
			tap, h := &wiretap{}, &hunt{}
			h.add(s.token)
			client, err := apiclient.New(apiclient.Config{Endpoint: s.url, Token: s.token, Timeout: time.Minute, Transport: tap})
			must(t, err)
			for _, op := range slices.Concat(operations, flows[len(flows)-2:]) {
				s.leavesNothing(op, client, h)
			}
			for _, e := range []error{s.refusedWith(models.NewSecret("ls-wrong-" + rotation.New(client).NewKey())), s.refusedWith(legacyValue("not there"))} {
				h.in(t, "what a client is told", []byte(fmt.Sprintf("%v %+v %#v", e, e, e)))
			}
			h.in(t, "answers", tap.all.Bytes())
			h.in(t, "the log of the service", s.log.bytes())
			h.inDatabase(t, s.place) // with what the service has not yet moved
			must(t, s.end())
			h.inDatabase(t, s.place)
			h.in(t, "the log of the service", s.log.bytes())
			t.Logf("block I on %s: %d values in %d forms, looked for in %d places, %d KiB", database, len(h.values), h.needles.count, len(h.places), h.bytes/1024)
			if !bytes.Contains(tap.all.Bytes(), []byte("rotation")) || len(h.values) < 20 {
				t.Error("the hunt is not one")
			}
		})
	}
}

// leavesNothing does an operation, again, and once more with another key, which is refused.
func (s *stand) leavesNothing(op operation, client *apiclient.Client, h *hunt) {
	s.Helper()
	ctx := toURL(s.Context(), s.url)
	d := op.prepare(s, "canary "+op.name)
	w := newWitness()
	hold := func() {
		if d.credential != "" {
			must(s, w.hold(ctx, s.admin, d.credential))
			h.know(w)
		}
	}
	hold()
	must(s, d.do(ctx, client))
	hold()
	if d.key != "" {
		must(s, d.again(ctx, client))
	}
	if d.credential == "" {
		return
	}
	_, err := client.Pause(ctx, models.ChangeRequest{Credential: d.credential, Seen: 0, Key: rotation.New(client).NewKey()})
	h.in(s, "what a client is told", []byte(fmt.Sprintf("%v %+v", err, err)))
	if err == nil {
		s.Errorf("%s: a change of what nobody saw was not refused", op.name)
	}
}

// refusedWith signs in with a value that does not.
func (s *stand) refusedWith(value models.Secret) error {
	s.Helper()
	_, err := newClient(s.TB, s.url, value, time.Minute).Workspace(s.Context())
	if models.FaultOf(err) != models.FaultUnauthorized {
		s.Errorf("a wrong token is answered %v", err)
	}
	return err
}
