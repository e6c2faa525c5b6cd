import { json } from '../../http/answer.js';
import { type Handler } from '../context.js';

const planNames = { basic: 'Tiendanube Impulso', next: 'Tiendanube Next' } as const;

const getStore: Handler = ({ store }) =>
  json(200, {
    id: store.id,
    name: { es: store.name },
    country: 'AR',
    main_currency: 'ARS',
    main_language: 'es',
    languages: { es: { currency: 'ARS', active: true } },
    email: 'tienda@example.com',
    original_domain: `tienda-${store.id}.example.com`,
    domains: [],
    plan_name: planNames[store.plan],
    features: store.multiInventory ? ['inventory-levels', 'fulfillment-orders'] : ['fulfillment-orders'],
    created_at: '2024-01-01T00:00:00+0000',
  });

export const storeCalls: Record<string, Handler> = { 'GET /store': getStore };
