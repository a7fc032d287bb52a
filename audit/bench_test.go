package audit_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/keyturn/audit"
	"example.com/keyturn/audit/source"
)

// The folders in which bench.sh keeps what the benchmarks make, to time other programs on it.
const (
	benchTree    = "KEYTURN_BENCH_TREE"
	benchHistory = "KEYTURN_BENCH_HISTORY"
)

const benchFiles = 32_000

// BenchmarkTree audits a checkout of many files, as a large project has them.
func BenchmarkTree(b *testing.B) {
	dir := kept(b, benchTree, func(dir string) {
		makeTree(b, dir)
		gitIn(b, dir, nil, "init", "-q")
		gitIn(b, dir, nil, "-c", "core.compression=0", "add", "-A")
	})
	benchmark(b, source.Options{Paths: []string{dir}})
}

// BenchmarkHistory audits every content of a repository.
func BenchmarkHistory(b *testing.B) {
	dir := kept(b, benchHistory, func(dir string) {
		gitIn(b, dir, nil, "init", "-q", "-b", "main")
		gitIn(b, dir, makeHistory(), "fast-import", "--quiet")
	})
	benchmark(b, source.Options{Paths: []string{dir}, History: true})
}

// BenchmarkEmptyRepository is what an audit takes before it has anything to do.
func BenchmarkEmptyRepository(b *testing.B) {
	dir := b.TempDir()
	gitIn(b, dir, nil, "init", "-q")
	benchmark(b, source.Options{Paths: []string{dir}})
}

func benchmark(b *testing.B, o source.Options) {
	var files int
	var read int64
	for b.Loop() {
		report, err := audit.Run(b.Context(), audit.Options{Options: o})
		if err != nil || report.Stats.Failed > 0 {
			b.Fatal(err, report.Skipped)
		}
		files, read = report.Stats.Files, report.Stats.Bytes
	}
	b.SetBytes(read)
	b.ReportMetric(float64(files), "files")
}

// kept makes a folder with something in it, or takes the one that was made before.
func kept(b *testing.B, env string, fill func(dir string)) string {
	dir := os.Getenv(env)
	if dir == "" {
		dir = b.TempDir()
	} else if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
		return dir
	} else if err := os.MkdirAll(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	fill(dir)
	return dir
}

func gitIn(b *testing.B, dir string, in []byte, args ...string) {
	cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
	cmd.Stdin = bytes.NewReader(in)
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// makeTree writes files as projects have them: most are small, a few large, some binary, and one in fifty
// names LocalStack.
func makeTree(b *testing.B, dir string) {
	random := rand.New(rand.NewPCG(1, 2))
	for i := range benchFiles {
		name := filepath.Join(dir, folderOf(random), fmt.Sprintf("file%d%s", i, endings[random.IntN(len(endings))]))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			b.Fatal(err)
		}
		size := 500 + int(5000*random.ExpFloat64())
		if random.IntN(500) == 0 {
			size *= 40
		}
		text := prose(random, size)
		if random.IntN(100) == 0 {
			text[10] = 0
		}
		if err := os.WriteFile(name, text, 0o644); err != nil {
			b.Fatal(err)
		}
	}
}

var endings = []string{".go", ".java", ".md", ".yml", ".txt", ".json", ".py", ".tf", ".sh", ""}

func folderOf(random *rand.Rand) string {
	parts := []string{[]string{"src", "docs", ".github", "cmd", "internal"}[random.IntN(5)]}
	for range random.IntN(6) {
		parts = append(parts, fmt.Sprintf("part%d", random.IntN(5)))
	}
	return filepath.Join(parts...)
}

// prose is text of words, in lines, with about as many rare letters as programs have.
func prose(random *rand.Rand, size int) []byte {
	var text bytes.Buffer
	if size > 500 && random.IntN(50) == 0 {
		text.WriteString("# docker run localstack/localstack:4.0\n")
	}
	for text.Len() < size {
		text.WriteString(vocabulary[random.IntN(len(vocabulary))])
		if random.IntN(9) == 0 {
			text.WriteByte('\n')
		} else {
			text.WriteByte(' ')
		}
	}
	return text.Bytes()
}

var vocabulary = strings.Fields(`func return the key block := := = != nil err if ( ) { } } { import package context string int public class void
	private final this that with from where lock list tls-config ls-files check back-end lock a-b-c 2024-01-02 value name "name": config request response
	// # - -- test assert Equal expected actual true false null default version docker image container service local`)

// makeHistory is what git fast-import makes a repository of: files that change a little in each commit.
func makeHistory() []byte {
	random := rand.New(rand.NewPCG(3, 4))
	texts := make([][]byte, 400)
	var in bytes.Buffer
	for commit := range 3000 {
		fmt.Fprintf(&in, "commit refs/heads/main\ncommitter Maya <maya@example.com> %d +0000\ndata 1\nx\n", 1_700_000_000+commit)
		for range 5 {
			i := random.IntN(len(texts))
			if texts[i] == nil {
				texts[i] = prose(random, 1000+int(8000*random.ExpFloat64()))
			}
			at := random.IntN(len(texts[i]))
			texts[i] = append(append(append([]byte{}, texts[i][:at]...), prose(random, 40)...), texts[i][at:]...)
			fmt.Fprintf(&in, "M 644 inline dir%d/sub%d/file%d\ndata %d\n%s\n", i%7, i%31, i, len(texts[i]), texts[i])
		}
	}
	in.WriteString("done\n")
	return in.Bytes()
}
