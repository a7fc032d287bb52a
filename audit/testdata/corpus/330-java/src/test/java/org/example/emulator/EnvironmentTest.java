package org.example.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentTest {

    @Test
    void doesNotPassTheRetiredVariable() {
        Map<String, String> env = Emulator.latest().environment();
        assertThat(env).doesNotContainKey("LOCALSTACK_API_KEY");
        assertThat(env.get("LOCALSTACK_API_KEY")).isNull();
        assertThat(env).containsKey("LOCALSTACK_AUTH_TOKEN");
    }

    @Test
    void rejectsTheRetiredVariable() {
        assertThatThrownBy(() -> Emulator.parse("LOCALSTACK_API_KEY=abc"))
            .hasMessageContaining("LOCALSTACK_API_KEY is retired");
    }

    @Test
    void mergesCatalogAndParcel() {
        var catalog = CatalogFixtures.withParcel(64);
        var result = service.merge(catalog);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.parcelCount()).isEqualTo(64);
    }

    @Test
    void enqueuesOrderAndVoucher() {
        var order = OrderFixtures.withVoucher(15);
        var result = service.enqueue(order);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.voucherCount()).isEqualTo(15);
    }

    @Test
    void normalisesTenantAndCatalog() {
        var tenant = TenantFixtures.withCatalog(36);
        var result = service.normalise(tenant);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.catalogCount()).isEqualTo(36);
    }

    @Test
    void enqueuesDigestAndReport() {
        var digest = DigestFixtures.withReport(39);
        var result = service.enqueue(digest);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.reportCount()).isEqualTo(39);
    }

    @Test
    void expiresQuotaAndRoster() {
        var quota = QuotaFixtures.withRoster(81);
        var result = service.expire(quota);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.rosterCount()).isEqualTo(81);
    }

    @Test
    void persistsInvoiceAndVoucher() {
        var invoice = InvoiceFixtures.withVoucher(81);
        var result = service.persist(invoice);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.voucherCount()).isEqualTo(81);
    }

    @Test
    void publishsSessionAndRefund() {
        var session = SessionFixtures.withRefund(2);
        var result = service.publish(session);
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.refundCount()).isEqualTo(2);
    }
}
