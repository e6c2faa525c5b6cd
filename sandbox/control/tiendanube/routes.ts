import { type World } from '../../world.js';
import { type Route } from '../route.js';
import {
  fillCatalogue,
  giveConsent,
  notify,
  openStore,
  resume,
  revoke,
  sendPrivacy,
  suspend,
  uninstall,
} from './account.js';
import { describeStore, describeTiendanube, type StoreState } from './state.js';

/** The control API of the stores, under `/_sandbox/tiendanube`. */
export function tiendanubeRoutes(route: Route, world: World): void {
  const { tiendanube: platform, tiendanubePlays: plays } = world;
  const at = '/tiendanube/stores/:store';
  const stateOf = (id: string, sku?: string): StoreState => describeStore(platform, plays.store(id), sku);

  route('GET', '/tiendanube', (_input, _parameters, query) =>
    describeTiendanube(platform, query.get('sku') ?? undefined),
  );
  route('POST', '/tiendanube/stores', (input) => stateOf(String(openStore(platform, input).id)));
  route('GET', at, (_input, { store = '' }, query) => stateOf(store, query.get('sku') ?? undefined));
  route('POST', `${at}/catalogue`, (input, { store = '' }) => fillCatalogue(platform, plays.store(store), input));

  route('POST', `${at}/orders`, (input, { store = '' }) => plays.sell(store, input));
  route('GET', `${at}/orders/:order`, (_input, { store = '', order = '' }) => plays.order(plays.store(store), order));
  route('POST', `${at}/orders/:order/:what`, (input, { store = '', order = '', what = '' }) =>
    plays.change(store, order, what, input),
  );
  route('POST', `${at}/stock`, (input, { store = '' }) => plays.setStock(store, input));
  route('GET', `${at}/changes`, (_input, { store = '' }, query) => ({
    items: platform.changes.list({
      storeId: plays.store(store).id,
      sku: query.get('sku') ?? undefined,
      by: query.get('by') ?? undefined,
    }),
  }));

  route('POST', `${at}/consent`, (input, { store = '' }) => giveConsent(platform, plays.store(store), input));
  for (const [name, act] of Object.entries({ uninstall, suspend, resume, revoke })) {
    route('POST', `${at}/${name}`, (_input, { store = '' }) => {
      act(platform, plays.store(store));
      return stateOf(store, '');
    });
  }
  route('POST', `${at}/privacy`, (input, { store = '' }) => sendPrivacy(platform, plays.store(store), input));
  route('POST', `${at}/notify`, (input, { store = '' }) => notify(platform, plays.store(store), input));
  route('POST', '/tiendanube/deliver', () => ({ due: platform.deliverNow() }));
}
