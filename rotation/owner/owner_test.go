package owner_test

import (
	"testing"

	"example.com/keyturn/rotation/owner"
)

func TestWhoseItIs(t *testing.T) {
	ada := owner.Owner{Endpoint: "https://keys.example.com", Workspace: "w1", Member: "mem_ada"}
	demo := owner.Owner{Endpoint: "http://127.0.0.1:4711", Workspace: "w1", Member: "mem_ada"}
	with := func(o owner.Owner, change func(*owner.Owner)) owner.Owner {
		change(&o)
		return o
	}
	for name, tc := range map[string]struct {
		a, b owner.Owner
		want bool
	}{
		"the very same":                            {ada, ada, true},
		"under another name":                       {ada, with(ada, func(o *owner.Owner) { o.MemberName = "Ada" }), true},
		"another member":                           {ada, with(ada, func(o *owner.Owner) { o.Member = "mem_bob" }), false},
		"another workspace at the same address":    {ada, with(ada, func(o *owner.Owner) { o.Workspace = "w2" }), false},
		"a copy of the workspace elsewhere":        {ada, with(ada, func(o *owner.Owner) { o.Endpoint = "https://copy.example.com" }), false},
		"a copy on this machine":                   {ada, demo, false},
		"another port of this machine":             {demo, with(demo, func(o *owner.Owner) { o.Endpoint = "http://127.0.0.1:4712" }), true},
		"this machine by another name":             {demo, with(demo, func(o *owner.Owner) { o.Endpoint = "http://localhost:4712" }), true},
		"this machine by its other address":        {demo, with(demo, func(o *owner.Owner) { o.Endpoint = "https://[::1]:4712" }), true},
		"another workspace of this machine":        {demo, with(demo, func(o *owner.Owner) { o.Endpoint, o.Workspace = "http://127.0.0.1:4712", "w2" }), false},
		"written by an older keyturn":              {ada, with(ada, func(o *owner.Owner) { o.Workspace = "" }), true},
		"written by an older keyturn at that port": {demo, with(demo, func(o *owner.Owner) { o.Workspace = "" }), true},
		"written by an older keyturn at another port": {
			demo, with(demo, func(o *owner.Owner) { o.Workspace, o.Endpoint = "", "http://127.0.0.1:4712" }), false,
		},
	} {
		if tc.a.Is(tc.b) != tc.want || tc.b.Is(tc.a) != tc.want {
			t.Errorf("%s: %v", name, !tc.want)
		}
	}
}
