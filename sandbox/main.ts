import { play } from './control/play.js';
import { defaultOdooToken, defaultWebhookSecret, startSandbox } from './server.js';

/** Runs the sandbox until it is stopped. Settings come from the environment; see `help`. */
async function serve(): Promise<void> {
  const environment = process.env;
  const appUrl = environment.APP_URL ?? 'http://127.0.0.1:3000';
  const sandbox = await startSandbox({
    port: Number(environment.SANDBOX_PORT ?? 4010),
    appUrl,
    dataDir: environment.SANDBOX_DATA || undefined,
    webhookSecret: environment.FALABELLA_WEBHOOK_SECRET || defaultWebhookSecret,
    odooToken: environment.ODOO_WEBHOOK_SECRET || defaultOdooToken,
  });
  console.log(
    `sandbox: Odoo at ${sandbox.url}/odoo, Falabella at ${sandbox.url}/falabella, Tiendanube at ${sandbox.url}/tiendanube, webhooks go to ${appUrl}`,
  );
  const end = (): void => {
    void sandbox.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

const words = process.argv.slice(2);
try {
  if (words.length === 0) await serve();
  else
    process.exitCode = await play(words, process.env.SANDBOX_URL ?? 'http://127.0.0.1:4010', (line) =>
      console.log(line),
    );
} catch (error) {
  console.error(`sandbox: ${(error as Error).message}`);
  process.exitCode = 1;
}
