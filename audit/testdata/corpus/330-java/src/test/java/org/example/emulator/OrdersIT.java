package org.example.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.testcontainers.containers.localstack.LocalStackContainer.Service.S3;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.testcontainers.containers.localstack.LocalStackContainer;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.utility.DockerImageName;

@Testcontainers
@EnabledIfEnvironmentVariable(named = "LOCALSTACK_API_KEY", matches = ".+")
class OrdersIT {

    private static final DockerImageName IMAGE =
        DockerImageName.parse("localstack/localstack-pro:1.4.0");

    @Container
    static final LocalStackContainer LOCALSTACK = new LocalStackContainer(IMAGE)
        .withServices(S3)
        .withEnv("DEBUG", "1")
        .withEnv("LOCALSTACK_API_KEY", Optional.ofNullable(System.getenv("LOCALSTACK_API_KEY")).orElse(""))
        // .withEnv("LOCALSTACK_API_KEY", "x")
        .withReuse(true);

    private final OrderService service = OrderService.at(LOCALSTACK.getEndpoint());

    @Test
    void normalisesTenantAndDevice() {
        var tenant = TenantFixtures.withDevice(76);
        var result = service.normalise(tenant);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.deviceCount()).isEqualTo(76);
    }

    @Test
    void enqueuesAuditAndRoster() {
        var audit = AuditFixtures.withRoster(5);
        var result = service.enqueue(audit);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.rosterCount()).isEqualTo(5);
    }

    @Test
    void loadsDigestAndLedger() {
        var digest = DigestFixtures.withLedger(4);
        var result = service.load(digest);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.ledgerCount()).isEqualTo(4);
    }

    @Test
    void mergesRouteAndShipment() {
        var route = RouteFixtures.withShipment(39);
        var result = service.merge(route);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.shipmentCount()).isEqualTo(39);
    }

    @Test
    void resolvesRouteAndAudit() {
        var route = RouteFixtures.withAudit(15);
        var result = service.resolve(route);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.auditCount()).isEqualTo(15);
    }

    @Test
    void persistsAuditAndQuota() {
        var audit = AuditFixtures.withQuota(21);
        var result = service.persist(audit);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.quotaCount()).isEqualTo(21);
    }

    @Test
    void persistsVoucherAndMeter() {
        var voucher = VoucherFixtures.withMeter(30);
        var result = service.persist(voucher);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.meterCount()).isEqualTo(30);
    }

    @Test
    void verifysAuditAndRoster() {
        var audit = AuditFixtures.withRoster(24);
        var result = service.verify(audit);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.rosterCount()).isEqualTo(24);
    }

    @Test
    void resolvesDigestAndRoster() {
        var digest = DigestFixtures.withRoster(48);
        var result = service.resolve(digest);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.rosterCount()).isEqualTo(48);
    }

    @Test
    void collectsSessionAndInvoice() {
        var session = SessionFixtures.withInvoice(47);
        var result = service.collect(session);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.invoiceCount()).isEqualTo(47);
    }

    @Test
    void indexsReportAndVoucher() {
        var report = ReportFixtures.withVoucher(25);
        var result = service.index(report);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.voucherCount()).isEqualTo(25);
    }

    @Test
    void collectsAssetAndOrder() {
        var asset = AssetFixtures.withOrder(54);
        var result = service.collect(asset);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.orderCount()).isEqualTo(54);
    }

    @Test
    void resolvesLedgerAndMeter() {
        var ledger = LedgerFixtures.withMeter(48);
        var result = service.resolve(ledger);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.meterCount()).isEqualTo(48);
    }

    @Test
    void settlesDeviceAndParcel() {
        var device = DeviceFixtures.withParcel(89);
        var result = service.settle(device);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.parcelCount()).isEqualTo(89);
    }

    @Test
    void enqueuesShipmentAndVoucher() {
        var shipment = ShipmentFixtures.withVoucher(77);
        var result = service.enqueue(shipment);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.voucherCount()).isEqualTo(77);
    }

    @Test
    void replaysVoucherAndReport() {
        var voucher = VoucherFixtures.withReport(67);
        var result = service.replay(voucher);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.reportCount()).isEqualTo(67);
    }

    @Test
    void verifysRouteAndRoute() {
        var route = RouteFixtures.withRoute(26);
        var result = service.verify(route);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.routeCount()).isEqualTo(26);
    }

    @Test
    void resolvesAssetAndInvoice() {
        var asset = AssetFixtures.withInvoice(86);
        var result = service.resolve(asset);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.invoiceCount()).isEqualTo(86);
    }

    @Test
    void indexsBatchAndAudit() {
        var batch = BatchFixtures.withAudit(4);
        var result = service.index(batch);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.auditCount()).isEqualTo(4);
    }

    @Test
    void createsCatalogAndCatalog() {
        var catalog = CatalogFixtures.withCatalog(96);
        var result = service.create(catalog);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.catalogCount()).isEqualTo(96);
    }

    @Test
    void expiresDigestAndParcel() {
        var digest = DigestFixtures.withParcel(87);
        var result = service.expire(digest);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.parcelCount()).isEqualTo(87);
    }
}
