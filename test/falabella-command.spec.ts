import { startSandbox, type Sandbox } from '../sandbox/server.js';
import { loadConfig } from '../src/config/app-config.js';
import { MANIFESTS } from '../src/connectors/index.js';
import { falabellaCommand } from '../src/connectors/falabella/command/falabella-command.js';
import { CommandError } from '../src/connectors/falabella/command/terminal.js';

const TOKEN = 'sandbox-falabella-webhooks';
const PACE = { againMs: 5, patienceMs: 3_000 };

describe('the command line for a Falabella account', () => {
  let sandbox: Sandbox;
  let said: string[];
  beforeEach(async () => {
    sandbox = await startSandbox({ settings: { falabella: { feedDurationMs: 20 } }, say: () => undefined });
    said = [];
  });
  afterEach(() => sandbox.close());

  const run = (words: string, answers: (question: string) => string | Promise<string> = () => '') =>
    falabellaCommand(
      words.split(' '),
      loadConfig({ SANDBOX_URL: sandbox.url }, MANIFESTS),
      { say: (line) => said.push(line), ask: async (question) => answers(question) },
      PACE,
    );
  const hooks = () => sandbox.world.falabella.state.hooks;

  it('begins with a check of the credentials', async () => {
    expect(await run('check')).toBe(0);
    expect(said.join('\n')).toMatch(
      /main warehouse: Bodega principal \(facility GSC-SC-0001, seller BODEGA-PRINCIPAL\)/,
    );
    sandbox.settings.falabella.apiKey = 'another';
    await expect(run('check')).rejects.toThrow(/E007/);
  });

  it('registers the webhooks once, however often it runs, and shows no token', async () => {
    const address = `http://127.0.0.1:9/falabella/webhook/${TOKEN}`;
    await run('webhooks --url http://127.0.0.1:9/ --dry-run');
    expect(hooks()).toEqual([]);
    for (let n = 0; n < 2; n += 1) expect(await run('webhooks --url http://127.0.0.1:9')).toBe(0);
    expect(hooks()).toMatchObject([
      { url: address, events: expect.arrayContaining(['onOrderCreated', 'onOrderItemsStatusChanged']) as string[] },
    ]);
    expect(said.at(-1)).toContain('registered already');
    expect(said.join('\n')).not.toContain(TOKEN);
  });

  it('removes stale and duplicate webhooks, and leaves those of others', async () => {
    await run('webhooks --url http://127.0.0.1:9');
    const [ours] = hooks();
    if (!ours) throw new Error('nothing was registered');
    const others = ['http://127.0.0.1:8/somebody', 'http://127.0.0.1:9/elsewhere'];
    const stale = 'http://127.0.0.1:9/falabella/webhook/an-older-token-that-is-not-valid';
    for (const [n, url] of [stale, ...others, ours.url].entries()) hooks().push({ ...ours, id: `hook-${n}`, url });
    await run('webhooks --url http://127.0.0.1:9');
    expect(hooks().map(({ url }) => url)).toEqual([ours.url, ...others]);
    expect(said.filter((line) => line.startsWith('removed'))).toHaveLength(2);
  });

  it('refuses a malformed address', async () => {
    for (const url of ['stock.example.com', 'ftp://stock.example.com'])
      await expect(run(`webhooks --url ${url}`)).rejects.toThrow('--url must be the public address');
    await expect(run('webhooks')).rejects.toThrow(CommandError);
  });

  describe('the probe', () => {
    /** Does what the person is asked to do. */
    const helpful = async (question: string): Promise<string> => {
      if (question.includes('order one unit')) await sandbox.world.orders.sell({ sku: 'PROD-007', webhook: 'none' });
      if (question.includes('cancel')) await sandbox.world.orders.change('FAL-1001', 'canceled', { webhook: 'none' });
      return 'yes';
    };

    it.each(['available', 'on_hand'] as const)(
      'finds that a pushed number means %s, and puts the number back',
      async (stockModel) => {
        sandbox.settings.falabella.stockModel = stockModel;
        const before = sandbox.state('PROD-007').falabella.stock[0]?.available;
        expect(await run('probe --sku PROD-007', helpful)).toBe(0);
        expect(said.join('\n')).toContain(`FALABELLA_PUSHES=${stockModel}`);
        expect(said.join('\n')).toContain('the unit came back by itself');
        expect(sandbox.state('PROD-007').falabella.stock[0]?.available).toBe(before);
      },
    );

    it('sees that a cancelled order keeps its units', async () => {
      sandbox.settings.falabella.cancelReturnsStock = false;
      await run('probe --sku PROD-007', helpful);
      expect(said.join('\n')).toContain('nothing came back by itself');
    });

    it('draws no conclusion when open orders or other people move the number, and puts it back', async () => {
      sandbox.settings.falabella.stockModel = 'on_hand';
      await sandbox.world.orders.sell({ sku: 'PROD-007', webhook: 'none' });
      expect(await run('probe --sku PROD-007', helpful)).toBe(1);
      expect(said.join('\n')).not.toContain('FALABELLA_PUSHES=');
    });

    it('does nothing without a yes, and nothing for an unknown product', async () => {
      await expect(run('probe --sku PROD-007', () => 'no')).rejects.toThrow('nothing was done');
      await expect(run('probe --sku NOT-THERE', helpful)).rejects.toThrow('no product');
      await expect(run('probe')).rejects.toThrow('which product?');
      expect(sandbox.state().falabella.feeds).toEqual([]);
    });
  });

  it('needs an account, and explains itself', async () => {
    const alone = (words: string[]) =>
      falabellaCommand(words, loadConfig({}, MANIFESTS), { say: (line) => said.push(line), ask: async () => '' });
    await expect(alone(['check'])).rejects.toThrow('FALABELLA_API_KEY');
    expect(await alone([])).toBe(0);
    expect(said[0]).toContain('probe --sku SKU');
    await expect(run('sell')).rejects.toThrow('unknown command');
    await expect(run('check --nope')).rejects.toThrow(CommandError);
  });
});
