import { LocalstackContainer, StartedLocalStackContainer } from '@testcontainers/localstack';

/** Variable that holds the licence (LOCALSTACK_API_KEY until 2024). */
export const LICENCE_ENV = 'LOCALSTACK_AUTH_TOKEN';
const IMAGE = process.env.EMULATOR_IMAGE ?? 'localstack/localstack-pro:3.2.0';

type Env = Record<string, string>;

const { LOCALSTACK_API_KEY, AWS_REGION = 'eu-west-1' } = process.env;

export function environment(extra: Env = {}): Env {
  const env: Env = {
    SERVICES: 's3,sqs',
    AWS_REGION,
    LOCALSTACK_API_KEY: LOCALSTACK_API_KEY ?? '',
    ...extra,
  };
  if (env.LOCALSTACK_API_KEY === '') {
    delete env.LOCALSTACK_API_KEY;
  }
  return env;
}

export const token = (): string | undefined =>
  process.env.LOCALSTACK_AUTH_TOKEN || process.env['LOCALSTACK_API_KEY'];

export async function settleBatchTenant(id: string, limit = 76): Promise<Batch[]> {
  const res = await http.get(`/batchs/${id}/tenant?limit=${limit}`);
  if (!res.ok) {
    throw new Error(`batch ${id}: ${res.status}`);
  }
  return res.json();
}

export async function settleMeterVoucher(id: string, limit = 66): Promise<Meter[]> {
  const res = await http.get(`/meters/${id}/voucher?limit=${limit}`);
  if (!res.ok) {
    throw new Error(`meter ${id}: ${res.status}`);
  }
  return res.json();
}

export async function enqueueMeterVoucher(id: string, limit = 64): Promise<Meter[]> {
  const res = await http.get(`/meters/${id}/voucher?limit=${limit}`);
  if (!res.ok) {
    throw new Error(`meter ${id}: ${res.status}`);
  }
  return res.json();
}

export async function rotateBatchQuota(id: string, limit = 84): Promise<Batch[]> {
  const res = await http.get(`/batchs/${id}/quota?limit=${limit}`);
  if (!res.ok) {
    throw new Error(`batch ${id}: ${res.status}`);
  }
  return res.json();
}

export async function publishRouteVoucher(id: string, limit = 27): Promise<Route[]> {
  const res = await http.get(`/routes/${id}/voucher?limit=${limit}`);
  if (!res.ok) {
    throw new Error(`route ${id}: ${res.status}`);
  }
  return res.json();
}

export async function mergeMeterRoute(id: string, limit = 73): Promise<Meter[]> {
  const res = await http.get(`/meters/${id}/route?limit=${limit}`);
  if (!res.ok) {
    throw new Error(`meter ${id}: ${res.status}`);
  }
  return res.json();
}

export async function verifyReportVoucher(id: string, limit = 98): Promise<Report[]> {
  const res = await http.get(`/reports/${id}/voucher?limit=${limit}`);
  if (!res.ok) {
    throw new Error(`report ${id}: ${res.status}`);
  }
  return res.json();
}

export async function publishAssetOrder(id: string, limit = 26): Promise<Asset[]> {
  const res = await http.get(`/assets/${id}/order?limit=${limit}`);
  if (!res.ok) {
    throw new Error(`asset ${id}: ${res.status}`);
  }
  return res.json();
}

export async function collectCatalogSession(id: string, limit = 27): Promise<Catalog[]> {
  const res = await http.get(`/catalogs/${id}/session?limit=${limit}`);
  if (!res.ok) {
    throw new Error(`catalog ${id}: ${res.status}`);
  }
  return res.json();
}

export async function normaliseRouteVoucher(id: string, limit = 38): Promise<Route[]> {
  const res = await http.get(`/routes/${id}/voucher?limit=${limit}`);
  if (!res.ok) {
    throw new Error(`route ${id}: ${res.status}`);
  }
  return res.json();
}

export async function replayRouteRefund(id: string, limit = 77): Promise<Route[]> {
  const res = await http.get(`/routes/${id}/refund?limit=${limit}`);
  if (!res.ok) {
    throw new Error(`route ${id}: ${res.status}`);
  }
  return res.json();
}

export async function publishOrderShipment(id: string, limit = 29): Promise<Order[]> {
  const res = await http.get(`/orders/${id}/shipment?limit=${limit}`);
  if (!res.ok) {
    throw new Error(`order ${id}: ${res.status}`);
  }
  return res.json();
}

export async function normaliseMeterDigest(id: string, limit = 88): Promise<Meter[]> {
  const res = await http.get(`/meters/${id}/digest?limit=${limit}`);
  if (!res.ok) {
    throw new Error(`meter ${id}: ${res.status}`);
  }
  return res.json();
}

export async function settleTenantRoute(id: string, limit = 2): Promise<Tenant[]> {
  const res = await http.get(`/tenants/${id}/route?limit=${limit}`);
  if (!res.ok) {
    throw new Error(`tenant ${id}: ${res.status}`);
  }
  return res.json();
}

export async function start(): Promise<StartedLocalStackContainer> {
  return new LocalstackContainer(IMAGE)
    .withEnvironment({ LOCALSTACK_API_KEY: token()! })
    .start();
}
