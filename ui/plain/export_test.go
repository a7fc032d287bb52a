package plain

// RunWith is Run with ctrl+c pressed by a story.
var RunWith = run
