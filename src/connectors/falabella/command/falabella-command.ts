import { parseArgs } from 'node:util';
import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { errorText } from '../../../common/error-text.js';
import { OutboundModule } from '../../../common/http/http.module.js';
import { NoAnswerError } from '../../../common/http/outbound.service.js';
import { LogSink } from '../../../common/log-sink.js';
import { type AppConfig } from '../../../config/app-config.js';
import { DEFAULT_SELLING } from '../../contract.js';
import { FalabellaConnector } from '../falabella.connector.js';
import { FalabellaModule } from '../falabella.module.js';
import { FalabellaWebhooks } from '../falabella-webhooks.service.js';
import { FalabellaService } from '../falabella.service.js';
import { type Account } from '../seller-center.service.js';
import { type FalabellaSettings } from '../settings.js';
import { checkCommand } from './check-command.js';
import { Probe, type ProbePace } from './probe-command.js';
import { CommandError, type Terminal } from './terminal.js';
import { webhooksCommand } from './webhooks-command.js';

const HELP = `Speaks to the Falabella account of the environment (or of .env), without the application:

  check                      tries the credentials and lists the warehouses
  webhooks --url ADDRESS     makes Falabella send its webhooks to this installation at its public ADDRESS: lists first, adds
                             what is missing, removes what is stale
      --dry-run              says what would be done
  probe --sku SKU            finds out with your help what a pushed number means to Falabella: FALABELLA_PUSHES
  help                       this text`;

/** Calls of this command write no log documents: there is no database here. */
class NoLogs extends LogSink {
  write(): void {
    // The screen shows what happened.
  }
}

@Global()
@Module({ providers: [{ provide: LogSink, useClass: NoLogs }], exports: [LogSink] })
class NoLogsModule {}

@Module({ imports: [NoLogsModule, OutboundModule, FalabellaModule] })
class FalabellaCommandModule {}

/**
 * Runs one command and returns the exit code.
 * @throws CommandError, or an error of the connector, when it failed
 */
export async function falabellaCommand(
  words: readonly string[],
  config: AppConfig,
  terminal: Terminal,
  pace?: ProbePace,
): Promise<number> {
  const { command, options } = parse(words);
  if (command === 'help') {
    terminal.say(HELP);
    return 0;
  }
  const account = accountOf(config);
  const app = await NestFactory.createApplicationContext(FalabellaCommandModule, { logger: false });
  try {
    switch (command) {
      case 'check':
        await checkCommand(app.get(FalabellaService), app.get(FalabellaConnector), account, terminal);
        return 0;
      case 'webhooks':
        await webhooksCommand(
          app.get(FalabellaWebhooks),
          account,
          { url: options.url ?? '', dryRun: options['dry-run'] ?? false },
          terminal,
        );
        return 0;
      case 'probe':
        if (!options.sku) throw new CommandError('which product? probe --sku SKU');
        return (await new Probe(app.get(FalabellaConnector), account, terminal, pace).run(options.sku)) === 'unclear'
          ? 1
          : 0;
      default:
        throw new CommandError(`unknown command ${command}\n\n${HELP}`);
    }
  } catch (error) {
    throw explained(error, app.get(FalabellaConnector));
  } finally {
    await app.close();
  }
}

function parse(words: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        sku: { type: 'string' },
        'dry-run': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    return { command: values.help ? 'help' : (positionals[0] ?? 'help'), options: values };
  } catch (error) {
    throw new CommandError(`${errorText(error, 'not understood')}\n\n${HELP}`);
  }
}

function accountOf(config: AppConfig): Account {
  const settings = config.connections.get('falabella')?.settings as FalabellaSettings | undefined;
  if (!settings?.apiKey)
    throw new CommandError('no Falabella account is configured: set FALABELLA_API_KEY and FALABELLA_USER_ID');
  return {
    id: 'falabella',
    connector: 'falabella',
    publishing: 'live',
    installation: 'by-hand',
    selling: DEFAULT_SELLING,
    warehouses: [],
    settings,
  };
}

/** The error with advice for the merchant, where the connector has some. */
function explained(error: unknown, connector: FalabellaConnector): unknown {
  if (error instanceof CommandError) return error;
  const remedy = connector.classify(error);
  if (remedy.do === 'pause' || remedy.do === 'giveUp') return new CommandError(remedy.reason);
  if (remedy.do === 'wait')
    return new CommandError(`Falabella takes no more calls for now; try again after ${remedy.until.toISOString()}`);
  return error instanceof NoAnswerError ? new CommandError(`Falabella did not answer: ${error.message}`) : error;
}
