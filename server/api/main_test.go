package api_test

import (
	"os"
	"testing"

	"example.com/keyturn/server/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Ended(m.Run())) }
