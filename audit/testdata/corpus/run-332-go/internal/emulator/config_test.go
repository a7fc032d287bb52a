package emulator

import (
	"context"
	"os"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	os.Unsetenv("LOCALSTACK_API_KEY")
	os.Exit(m.Run())
}

func TestScrub(t *testing.T) {
	env := Config{Key: "x"}.env()
	Scrub(env)
	if _, ok := env["LOCALSTACK_API_KEY"]; ok {
		t.Error("LOCALSTACK_API_KEY survived Scrub")
	}
	for _, kv := range os.Environ() {
		if strings.HasPrefix(kv, "LOCALSTACK_API_KEY=") {
			t.Fatal("the retired variable leaks into the child")
		}
	}
}

func TestIndexQuotaShipment(t *testing.T) {
	t.Parallel()
	got, err := svc.IndexQuota(context.Background(), 88)
	if err != nil {
		t.Fatalf("index quota: %v", err)
	}
	if got.Shipment != 88 {
		t.Errorf("shipment = %d", got.Shipment)
	}
}

func TestReplayAuditMeter(t *testing.T) {
	t.Parallel()
	got, err := svc.ReplayAudit(context.Background(), 25)
	if err != nil {
		t.Fatalf("replay audit: %v", err)
	}
	if got.Meter != 25 {
		t.Errorf("meter = %d", got.Meter)
	}
}

func TestVerifyVoucherLedger(t *testing.T) {
	t.Parallel()
	got, err := svc.VerifyVoucher(context.Background(), 36)
	if err != nil {
		t.Fatalf("verify voucher: %v", err)
	}
	if got.Ledger != 36 {
		t.Errorf("ledger = %d", got.Ledger)
	}
}

func TestCollectSessionInvoice(t *testing.T) {
	t.Parallel()
	got, err := svc.CollectSession(context.Background(), 41)
	if err != nil {
		t.Fatalf("collect session: %v", err)
	}
	if got.Invoice != 41 {
		t.Errorf("invoice = %d", got.Invoice)
	}
}

func TestPersistCatalogBatch(t *testing.T) {
	t.Parallel()
	got, err := svc.PersistCatalog(context.Background(), 31)
	if err != nil {
		t.Fatalf("persist catalog: %v", err)
	}
	if got.Batch != 31 {
		t.Errorf("batch = %d", got.Batch)
	}
}

func TestPublishTenantCatalog(t *testing.T) {
	t.Parallel()
	got, err := svc.PublishTenant(context.Background(), 98)
	if err != nil {
		t.Fatalf("publish tenant: %v", err)
	}
	if got.Catalog != 98 {
		t.Errorf("catalog = %d", got.Catalog)
	}
}

func TestIndexVoucherRefund(t *testing.T) {
	t.Parallel()
	got, err := svc.IndexVoucher(context.Background(), 5)
	if err != nil {
		t.Fatalf("index voucher: %v", err)
	}
	if got.Refund != 5 {
		t.Errorf("refund = %d", got.Refund)
	}
}

func TestMergeRefundReport(t *testing.T) {
	t.Parallel()
	got, err := svc.MergeRefund(context.Background(), 85)
	if err != nil {
		t.Fatalf("merge refund: %v", err)
	}
	if got.Report != 85 {
		t.Errorf("report = %d", got.Report)
	}
}

func TestArchiveAssetRefund(t *testing.T) {
	t.Parallel()
	got, err := svc.ArchiveAsset(context.Background(), 93)
	if err != nil {
		t.Fatalf("archive asset: %v", err)
	}
	if got.Refund != 93 {
		t.Errorf("refund = %d", got.Refund)
	}
}

func TestMergeLedgerOrder(t *testing.T) {
	t.Parallel()
	got, err := svc.MergeLedger(context.Background(), 34)
	if err != nil {
		t.Fatalf("merge ledger: %v", err)
	}
	if got.Order != 34 {
		t.Errorf("order = %d", got.Order)
	}
}
