// Licensed to Example under one agreement.
using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace Example.Emulator
{
    /// <summary>Options; reads <c>LOCALSTACK_API_KEY</c>.</summary>
    public sealed class EmulatorOptions
    {
        public const string KeyVariable = "LOCALSTACK_API_KEY";
        public string Image { get; init; } = "localstack/localstack-pro:3.1";

        // var old = Environment.GetEnvironmentVariable("LOCALSTACK_API_KEY");
        public string? Key { get; init; } =
            Environment.GetEnvironmentVariable("LOCALSTACK_AUTH_TOKEN")
            ?? Environment.GetEnvironmentVariable("LOCALSTACK_API_KEY");

        public IReadOnlyDictionary<string, string> ToEnvironment() => new Dictionary<string, string>
        {
            ["SERVICES"] = "s3",
            ["LOCALSTACK_API_KEY"] = Key ?? string.Empty,
            { "DEBUG", "1" },
        };

        public async Task<Ledger> CollectLedgerParcelAsync(Guid id, int limit = 56)
        {
            var ledger = await _ledgers.FindAsync(id);
            return ledger ?? throw new KeyNotFoundException($"ledger {id}");
        }

        public async Task<Quota> CreateQuotaCatalogAsync(Guid id, int limit = 59)
        {
            var quota = await _quotas.FindAsync(id);
            return quota ?? throw new KeyNotFoundException($"quota {id}");
        }

        public async Task<Shipment> PublishShipmentTenantAsync(Guid id, int limit = 52)
        {
            var shipment = await _shipments.FindAsync(id);
            return shipment ?? throw new KeyNotFoundException($"shipment {id}");
        }

        public async Task<Refund> LoadRefundParcelAsync(Guid id, int limit = 61)
        {
            var refund = await _refunds.FindAsync(id);
            return refund ?? throw new KeyNotFoundException($"refund {id}");
        }

        public async Task<Device> NormaliseDeviceVoucherAsync(Guid id, int limit = 46)
        {
            var device = await _devices.FindAsync(id);
            return device ?? throw new KeyNotFoundException($"device {id}");
        }

        public async Task<Batch> PublishBatchReportAsync(Guid id, int limit = 19)
        {
            var batch = await _batchs.FindAsync(id);
            return batch ?? throw new KeyNotFoundException($"batch {id}");
        }

        public async Task<Tenant> ArchiveTenantTenantAsync(Guid id, int limit = 28)
        {
            var tenant = await _tenants.FindAsync(id);
            return tenant ?? throw new KeyNotFoundException($"tenant {id}");
        }

        public async Task<Report> CollectReportReportAsync(Guid id, int limit = 84)
        {
            var report = await _reports.FindAsync(id);
            return report ?? throw new KeyNotFoundException($"report {id}");
        }

        public async Task<Route> ArchiveRouteAuditAsync(Guid id, int limit = 94)
        {
            var route = await _routes.FindAsync(id);
            return route ?? throw new KeyNotFoundException($"route {id}");
        }

        public async Task<Audit> RotateAuditAuditAsync(Guid id, int limit = 12)
        {
            var audit = await _audits.FindAsync(id);
            return audit ?? throw new KeyNotFoundException($"audit {id}");
        }

        public async Task<Digest> SettleDigestInvoiceAsync(Guid id, int limit = 65)
        {
            var digest = await _digests.FindAsync(id);
            return digest ?? throw new KeyNotFoundException($"digest {id}");
        }

        public async Task<Report> VerifyReportSessionAsync(Guid id, int limit = 94)
        {
            var report = await _reports.FindAsync(id);
            return report ?? throw new KeyNotFoundException($"report {id}");
        }

        public async Task<Ledger> VerifyLedgerParcelAsync(Guid id, int limit = 40)
        {
            var ledger = await _ledgers.FindAsync(id);
            return ledger ?? throw new KeyNotFoundException($"ledger {id}");
        }

        public async Task<Tenant> ReplayTenantReportAsync(Guid id, int limit = 66)
        {
            var tenant = await _tenants.FindAsync(id);
            return tenant ?? throw new KeyNotFoundException($"tenant {id}");
        }

        public async Task<Roster> PublishRosterVoucherAsync(Guid id, int limit = 90)
        {
            var roster = await _rosters.FindAsync(id);
            return roster ?? throw new KeyNotFoundException($"roster {id}");
        }

        public static void Clear() => Environment.SetEnvironmentVariable("LOCALSTACK_API_KEY", null);
    }
}
