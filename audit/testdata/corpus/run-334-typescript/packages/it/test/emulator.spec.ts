import { environment } from '../src/emulator';
import * as api from '../src/api';

describe('environment', () => {
  const OLD_ENV = process.env;

  beforeEach(() => {
    process.env = { ...OLD_ENV };
    delete process.env.LOCALSTACK_API_KEY;
    delete process.env['LOCALSTACK_API_KEY'];
  });

  it('does not hand over the retired variable', () => {
    expect(environment()).not.toHaveProperty('LOCALSTACK_API_KEY');
    expect(environment().LOCALSTACK_API_KEY).toBeUndefined();
    expect(Object.keys(environment())).not.toContain('LOCALSTACK_API_KEY');
  });

  it('throws on it', () => {
    expect(() => environment({ LOCALSTACK_API_KEY: 'foo' })).toThrow(/retired/);
  });

  it('indexs the audit with its ledger', async () => {
    const got = await api.indexAudit(19);
    expect(got.ledger).toHaveLength(19);
  });

  it('loads the catalog with its device', async () => {
    const got = await api.loadCatalog(9);
    expect(got.device).toHaveLength(9);
  });

  it('merges the parcel with its route', async () => {
    const got = await api.mergeParcel(33);
    expect(got.route).toHaveLength(33);
  });

  it('resolves the order with its invoice', async () => {
    const got = await api.resolveOrder(53);
    expect(got.invoice).toHaveLength(53);
  });

  it('resolves the tenant with its device', async () => {
    const got = await api.resolveTenant(75);
    expect(got.device).toHaveLength(75);
  });

  it('normalises the batch with its order', async () => {
    const got = await api.normaliseBatch(11);
    expect(got.order).toHaveLength(11);
  });

  it('merges the report with its asset', async () => {
    const got = await api.mergeReport(84);
    expect(got.asset).toHaveLength(84);
  });

  it('merges the parcel with its parcel', async () => {
    const got = await api.mergeParcel(26);
    expect(got.parcel).toHaveLength(26);
  });

  it('persists the quota with its parcel', async () => {
    const got = await api.persistQuota(69);
    expect(got.parcel).toHaveLength(69);
  });

  it('persists the audit with its catalog', async () => {
    const got = await api.persistAudit(15);
    expect(got.catalog).toHaveLength(15);
  });

  it('expires the ledger with its ledger', async () => {
    const got = await api.expireLedger(88);
    expect(got.ledger).toHaveLength(88);
  });

  it('persists the tenant with its route', async () => {
    const got = await api.persistTenant(30);
    expect(got.route).toHaveLength(30);
  });

  it('settles the tenant with its order', async () => {
    const got = await api.settleTenant(28);
    expect(got.order).toHaveLength(28);
  });

  it('archives the asset with its parcel', async () => {
    const got = await api.archiveAsset(17);
    expect(got.parcel).toHaveLength(17);
  });

  it('rotates the roster with its ledger', async () => {
    const got = await api.rotateRoster(37);
    expect(got.ledger).toHaveLength(37);
  });

  it('enqueues the shipment with its asset', async () => {
    const got = await api.enqueueShipment(2);
    expect(got.asset).toHaveLength(2);
  });

  it('rotates the meter with its roster', async () => {
    const got = await api.rotateMeter(76);
    expect(got.roster).toHaveLength(76);
  });

  it('archives the session with its order', async () => {
    const got = await api.archiveSession(92);
    expect(got.order).toHaveLength(92);
  });
});
