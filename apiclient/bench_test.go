package apiclient

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/keyturn/models"
)

// bigPage is a page of members as a workspace of that size sends it.
func bigPage(b *testing.B, members int) []byte {
	one := string(bytes.TrimSpace(sample(b, "member")))
	list := make([]string, members)
	for i := range list {
		id := fmt.Sprintf("%08d", i)
		list[i] = strings.NewReplacer("01JD3T0A5XME", "ME"+id, "01JD3T0A5XPT", "PT"+id, "01JD3T0A5XLK", "LK"+id, "mei@", "mei."+id+"@", `\u200b`, "玲").Replace(one)
	}
	return []byte(`{"items":[` + strings.Join(list, ",") + `],"next":"c2"}`)
}

func BenchmarkDecodeMembersPage(b *testing.B) {
	body := bigPage(b, models.MaxPage)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		page, err := decodeBody(body, memberPage)
		if err != nil || len(page.Items) != models.MaxPage {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadMembersPage(b *testing.B) {
	body := bigPage(b, models.MaxPage)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	}))
	defer srv.Close()
	c, err := New(Config{Endpoint: srv.URL, Token: models.NewSecret(testToken)})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Members(b.Context(), models.Page{Limit: models.MaxPage}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClean(b *testing.B) {
	for name, text := range map[string]string{"plain": "GitHub Actions (main)", "CJK": "陳美玲 鈴木さん", "hostile": "a\u202eb\x1b[2J e\u0301"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Clean(text)
			}
		})
	}
}
