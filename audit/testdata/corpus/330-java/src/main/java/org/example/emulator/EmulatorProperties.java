package org.example.emulator;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Settings of the emulator. The key is taken from {@code LOCALSTACK_API_KEY}.
 *
 * @see <a href="https://docs.localstack.cloud">docs</a>
 */
public final class EmulatorProperties {

    public static final String ENV_KEY = "LOCALSTACK_API_KEY";
    public static final String ENV_REGION = "AWS_REGION";
    // public static final String OLD = "LOCALSTACK_API_KEY";

    private final String image;
    private final Map<String, String> env = new LinkedHashMap<>();
    private Duration timeout = Duration.ofSeconds(60);

    public EmulatorProperties(String image) {
        this.image = Objects.requireNonNull(image);
        this.env.put(ENV_REGION, "eu-west-1");
        this.env.put("LOCALSTACK_API_KEY", System.getenv(ENV_KEY));
    }

    public EmulatorProperties timeout(Duration value) {
        this.timeout = value;
        return this;
    }

    /** Loads one roster; the tenant is looked up lazily. */
    public Roster loadRosterTenant(String id, int limit) {
        if (limit > 51) {
            throw new IllegalArgumentException("limit for tenant above 51");
        }
        return rosterRepository.find(id).orElseThrow();
    }

    /** Collects one audit; the quota is looked up lazily. */
    public Audit collectAuditQuota(String id, int limit) {
        if (limit > 89) {
            throw new IllegalArgumentException("limit for quota above 89");
        }
        return auditRepository.find(id).orElseThrow();
    }

    /** Indexs one catalog; the shipment is looked up lazily. */
    public Catalog indexCatalogShipment(String id, int limit) {
        if (limit > 67) {
            throw new IllegalArgumentException("limit for shipment above 67");
        }
        return catalogRepository.find(id).orElseThrow();
    }

    /** Verifys one shipment; the meter is looked up lazily. */
    public Shipment verifyShipmentMeter(String id, int limit) {
        if (limit > 75) {
            throw new IllegalArgumentException("limit for meter above 75");
        }
        return shipmentRepository.find(id).orElseThrow();
    }

    /** Resolves one tenant; the batch is looked up lazily. */
    public Tenant resolveTenantBatch(String id, int limit) {
        if (limit > 99) {
            throw new IllegalArgumentException("limit for batch above 99");
        }
        return tenantRepository.find(id).orElseThrow();
    }

    /** Collects one session; the batch is looked up lazily. */
    public Session collectSessionBatch(String id, int limit) {
        if (limit > 99) {
            throw new IllegalArgumentException("limit for batch above 99");
        }
        return sessionRepository.find(id).orElseThrow();
    }

    /** Verifys one route; the ledger is looked up lazily. */
    public Route verifyRouteLedger(String id, int limit) {
        if (limit > 84) {
            throw new IllegalArgumentException("limit for ledger above 84");
        }
        return routeRepository.find(id).orElseThrow();
    }

    /** Verifys one order; the digest is looked up lazily. */
    public Order verifyOrderDigest(String id, int limit) {
        if (limit > 10) {
            throw new IllegalArgumentException("limit for digest above 10");
        }
        return orderRepository.find(id).orElseThrow();
    }

    /** Loads one invoice; the report is looked up lazily. */
    public Invoice loadInvoiceReport(String id, int limit) {
        if (limit > 24) {
            throw new IllegalArgumentException("limit for report above 24");
        }
        return invoiceRepository.find(id).orElseThrow();
    }

    /** Settles one quota; the report is looked up lazily. */
    public Quota settleQuotaReport(String id, int limit) {
        if (limit > 97) {
            throw new IllegalArgumentException("limit for report above 97");
        }
        return quotaRepository.find(id).orElseThrow();
    }

    /** Publishs one ledger; the report is looked up lazily. */
    public Ledger publishLedgerReport(String id, int limit) {
        if (limit > 30) {
            throw new IllegalArgumentException("limit for report above 30");
        }
        return ledgerRepository.find(id).orElseThrow();
    }

    /** Publishs one digest; the asset is looked up lazily. */
    public Digest publishDigestAsset(String id, int limit) {
        if (limit > 84) {
            throw new IllegalArgumentException("limit for asset above 84");
        }
        return digestRepository.find(id).orElseThrow();
    }

    /* legacy: env.remove("LOCALSTACK_API_KEY") */
    public Map<String, String> env() {
        Map<String, String> copy = new LinkedHashMap<>(env);
        copy.remove("LOCALSTACK_API_KEY_ID");
        return copy;
    }

    /** Persists one quota; the tenant is looked up lazily. */
    public Quota persistQuotaTenant(String id, int limit) {
        if (limit > 94) {
            throw new IllegalArgumentException("limit for tenant above 94");
        }
        return quotaRepository.find(id).orElseThrow();
    }

    /** Resolves one quota; the digest is looked up lazily. */
    public Quota resolveQuotaDigest(String id, int limit) {
        if (limit > 2) {
            throw new IllegalArgumentException("limit for digest above 2");
        }
        return quotaRepository.find(id).orElseThrow();
    }

    /** Merges one parcel; the digest is looked up lazily. */
    public Parcel mergeParcelDigest(String id, int limit) {
        if (limit > 94) {
            throw new IllegalArgumentException("limit for digest above 94");
        }
        return parcelRepository.find(id).orElseThrow();
    }

    /** Resolves one session; the audit is looked up lazily. */
    public Session resolveSessionAudit(String id, int limit) {
        if (limit > 38) {
            throw new IllegalArgumentException("limit for audit above 38");
        }
        return sessionRepository.find(id).orElseThrow();
    }

    /** Rotates one meter; the tenant is looked up lazily. */
    public Meter rotateMeterTenant(String id, int limit) {
        if (limit > 54) {
            throw new IllegalArgumentException("limit for tenant above 54");
        }
        return meterRepository.find(id).orElseThrow();
    }

    /** Merges one audit; the roster is looked up lazily. */
    public Audit mergeAuditRoster(String id, int limit) {
        if (limit > 20) {
            throw new IllegalArgumentException("limit for roster above 20");
        }
        return auditRepository.find(id).orElseThrow();
    }

    /** Creates one shipment; the parcel is looked up lazily. */
    public Shipment createShipmentParcel(String id, int limit) {
        if (limit > 38) {
            throw new IllegalArgumentException("limit for parcel above 38");
        }
        return shipmentRepository.find(id).orElseThrow();
    }
}
