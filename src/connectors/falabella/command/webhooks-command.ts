import { ORDER_EVENTS, PRODUCT_EVENTS } from '../events/seller-center-event.js';
import { shownAddress, webhookAddress, webhookPlan } from '../events/webhook-plan.js';
import { type FalabellaWebhooks } from '../falabella-webhooks.service.js';
import { type Account } from '../seller-center.service.js';
import { CommandError, type Terminal } from './terminal.js';

export interface WebhooksOptions {
  /** The public address of this installation. */
  readonly url: string;
  /** Shows the changes without making them. */
  readonly dryRun: boolean;
}

const EVENTS = [...ORDER_EVENTS, ...PRODUCT_EVENTS];

/** Corrects the webhooks that Falabella sends to this installation: lists, removes stale ones, adds missing ones. */
export async function webhooksCommand(
  api: FalabellaWebhooks,
  account: Account,
  options: WebhooksOptions,
  terminal: Terminal,
): Promise<void> {
  const { webhookToken } = account.settings;
  if (webhookToken === null)
    throw new CommandError(
      'FALABELLA_WEBHOOK_TOKEN is not set: choose 24 or more letters, digits, - and _ at random, and start anew with it',
    );
  const address = webhookAddress(publicAddress(options.url), webhookToken);
  const plan = webhookPlan(await api.list(account), address, EVENTS);
  const will = options.dryRun ? 'would be ' : '';
  for (const hook of plan.others) terminal.say(`left alone: ${shownAddress(hook.url)} (${hook.events.join(', ')})`);
  for (const hook of plan.keep)
    terminal.say(`registered already: ${shownAddress(hook.url)} (${hook.events.join(', ')})`);
  for (const hook of plan.remove) {
    if (!options.dryRun) await api.remove(hook.webhookId, account);
    terminal.say(`${will}removed: ${shownAddress(hook.url)}: ${hook.why}`);
  }
  if (plan.add.length > 0) {
    if (!options.dryRun) await api.create(address, plan.add, account);
    terminal.say(`${will}registered: ${shownAddress(address)} (${plan.add.join(', ')})`);
  }
}

function publicAddress(given: string): string {
  const isAddress = URL.canParse(given) && ['http:', 'https:'].includes(new URL(given).protocol);
  if (!isAddress)
    throw new CommandError('--url must be the public address of this installation, such as https://stock.example.com');
  return given;
}
