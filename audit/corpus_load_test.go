package audit_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/models"
)

const (
	corpusFolder = "testdata/corpus"
	labelFile    = "testdata/expected.txt"
)

// checkout is one folder of the corpus.
type checkout struct {
	name  string
	files []corpusFile
}

// corpusFile is a file with its values put in.
type corpusFile struct {
	path   string // from the checkout
	text   []byte
	values []string
}

// loadCorpus reads the corpus, in the order of names. A file that git itself would obey is stored as
// _gitignore.
func loadCorpus(t *testing.T) []checkout {
	t.Helper()
	var list []checkout
	err := filepath.WalkDir(corpusFolder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(corpusFolder, name)
		if err != nil {
			return err
		}
		top, rest, ok := strings.Cut(filepath.ToSlash(rel), "/")
		if !ok {
			t.Fatalf("%s lies in no checkout", rel)
		}
		if len(list) == 0 || list[len(list)-1].name != top {
			list = append(list, checkout{name: top})
		}
		if path.Base(rest) == "_gitignore" {
			rest = path.Join(path.Dir(rest), ".gitignore")
		}
		text, values := putValues(t, raw)
		last := &list[len(list)-1]
		last.files = append(last.files, corpusFile{rest, text, values})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

var placeholder = regexp.MustCompile(`@(TOKEN|CITOKEN|BADSUM|KEY|B64KEY|B64TOKEN)([0-9]+)@`)

// putValues replaces the placeholders of a text: nothing that looks real stands in the repository, where a
// scanner would rightly stop it.
func putValues(t *testing.T, raw []byte) ([]byte, []string) {
	t.Helper()
	var values []string
	text := placeholder.ReplaceAllFunc(raw, func(m []byte) []byte {
		parts := placeholder.FindSubmatch(m)
		number, err := strconv.Atoi(string(parts[2]))
		if err != nil {
			t.Fatal(err)
		}
		value := valueOf(t, string(parts[1]), number)
		values = append(values, value)
		return []byte(value)
	})
	return text, values
}

// valueOf makes the value of a placeholder: the same in every run, and another one for each placeholder.
func valueOf(t *testing.T, kind string, number int) string {
	t.Helper()
	plain, encoded := strings.CutPrefix(kind, "B64")
	if encoded {
		return base64.StdEncoding.EncodeToString([]byte(valueOf(t, plain, number)))
	}
	random := rand.NewChaCha8(sha256.Sum256([]byte(kind + strconv.Itoa(number))))
	switch kind {
	case "KEY":
		return legacyKey(random, number)
	case "CITOKEN":
		return token(t, random, "lsci")
	case "BADSUM":
		return breakChecksum(token(t, random, "ls"))
	}
	return token(t, random, "ls")
}

func token(t *testing.T, random *rand.ChaCha8, prefix string) string {
	t.Helper()
	secret, err := models.NewToken(random, prefix)
	if err != nil {
		t.Fatal(err)
	}
	return secret.Reveal()
}

// breakChecksum changes the last digit of a token.
func breakChecksum(token string) string {
	end := byte('0')
	if strings.HasSuffix(token, "0") {
		end = '1'
	}
	return token[:len(token)-1] + string(end)
}

// legacyKey makes a key of 10 letters and digits, or of as many as the placeholder says from 8 on.
func legacyKey(random *rand.ChaCha8, number int) string {
	const alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
	length := 10
	if number >= 8 {
		length = number
	}
	source := rand.New(random)
	for {
		key := make([]byte, length)
		for i := range key {
			key[i] = alphabet[source.IntN(len(alphabet))]
		}
		if bytes.ContainsAny(key, "23456789") && bytes.ContainsAny(key[:4], alphabet[:24]) {
			return string(key)
		}
	}
}

var labelLine = regexp.MustCompile(`^(\S+):(\d+) (\S+) (error|warning|note) (rename|rewrite|delete|manual|withheld)$`)

func loadLabels(t *testing.T) []label {
	t.Helper()
	raw, err := os.ReadFile(labelFile)
	if err != nil {
		t.Fatal(err)
	}
	var list []label
	for i, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		m := labelLine.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("%s:%d is no label: %s", labelFile, i+1, line)
		}
		number, err := strconv.Atoi(m[2])
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, label{m[1], number, finding.Code(m[3]), finding.Severity(m[4]), finding.FixKind(m[5])})
	}
	return list
}

func TestCorpusValues(t *testing.T) {
	if a, b := valueOf(t, "TOKEN", 1), valueOf(t, "TOKEN", 2); a == b || a != valueOf(t, "TOKEN", 1) {
		t.Error("values must differ, and be the same each time")
	}
	for _, kind := range []string{"TOKEN", "CITOKEN"} {
		if _, err := models.ParseToken(valueOf(t, kind, 1)); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if _, err := models.ParseToken(valueOf(t, "BADSUM", 1)); err == nil {
		t.Error("BADSUM is a valid token")
	}
	for number, length := range map[int]int{1: 10, 7: 10, 8: 8, 12: 12} {
		if got := len(valueOf(t, "KEY", number)); got != length {
			t.Errorf("KEY%d has %d characters", number, got)
		}
	}
}

func TestCorpusHoldsNothingThatLooksReal(t *testing.T) {
	shape := regexp.MustCompile(`ls[A-Za-z]*-[A-Za-z0-9]{8}(-[A-Za-z0-9]{4}){3}-[A-Za-z0-9]{12}`)
	err := filepath.WalkDir(corpusFolder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(name)
		for _, m := range shape.FindAll(raw, -1) {
			if _, bad := models.ParseToken(string(m)); bad == nil {
				t.Errorf("%s holds a complete token", name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
