package actions

// RepoFacts is what decides whether something can be done about checkouts and what was found in them.
type RepoFacts struct {
	Able     bool // there is something to scan with
	ReadOnly bool
	Scanning bool // some checkout is being scanned, or waits for it
	Scanned  int  // checkouts of which this session knows the findings
	Inside   bool // findings are shown, not checkouts

	// Of the rows that are meant:
	Roots    int    // checkouts; of findings, those in which they are
	Known    int    // of these, those of which this session knows the findings
	Findings int    //
	Fixable  int    // of the findings
	Why      string // why the first that is not fixable is not
}

const notScanned = "it has not been scanned in this session: scan it first"

// DisabledRepo returns why an action on checkouts or findings cannot be done now, or "".
func DisabledRepo(id ID, f RepoFacts) string {
	spec := Find(id)
	switch {
	case !spec.In(Repositories):
		return ""
	case !f.Able:
		return "there is nothing to scan with here"
	case spec.Writes && f.ReadOnly:
		return "keyturn was started with --read-only"
	}
	switch id {
	case AddRepo:
		return ""
	case StopScan:
		return reasonIf(!f.Scanning, "no scan is running")
	case Regroup:
		return reasonIf(f.Scanned == 0, "nothing has been scanned in this session: scan something first")
	}
	switch {
	case f.Roots == 0:
		return "nothing is selected"
	case id == OpenFindings && f.Inside:
		return "they are shown already"
	case id == OpenFindings:
		return reasonIf(f.Known == 0, notScanned)
	case id == PreviewFix || id == Fix:
		return disabledFix(f)
	}
	return ""
}

func disabledFix(f RepoFacts) string {
	switch {
	case f.Known == 0:
		return notScanned
	case f.Findings == 0:
		return "nothing was found there"
	case f.Fixable > 0:
		return ""
	case f.Findings == 1:
		return f.Why
	}
	return "none of these can be fixed from here, the first because: " + f.Why
}

func reasonIf(is bool, reason string) string {
	if is {
		return reason
	}
	return ""
}
