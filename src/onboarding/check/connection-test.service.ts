import { Injectable, Logger } from '@nestjs/common';
import { ConflictError, InvalidInputError } from '../../common/errors.js';
import { AppConfig } from '../../config/app-config.js';
import { checkOf } from '../../connectors/connection-check.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { DEFAULT_SELLING, type Connection, type ConnectionCheck } from '../../connectors/contract.js';
import { ConnectorRegistry } from '../../connectors/registry.js';
import { type ConnectionDto } from '../connection.dto.js';
import { givenTexts, textsOf } from '../setting-texts.js';
import { withoutSecrets } from './without-secrets.js';

/** The name of an unstored connection in the logs of its calls. */
const UNSTORED = 'being-tested';

/** Tests connections with real calls, and explains to the merchant what is wrong. It changes nothing, here or there. */
@Injectable()
export class ConnectionTest {
  private readonly logger = new Logger('ConnectionTest');

  constructor(
    private readonly connections: ConnectionsService,
    private readonly registry: ConnectorRegistry,
    private readonly config: AppConfig,
  ) {}

  /** @throws ConflictError for one that cannot be used as it is stored */
  stored(id: string): Promise<ConnectionCheck> {
    const connection = this.connections.find(id);
    if (!connection) throw new ConflictError('problems.unusable.no_settings', { connection: id });
    return this.run(connection);
  }

  /**
   * Tests an unstored connection from the input for storing it. @throws InvalidInputError naming each
   * setting at fault
   */
  given({ connector, id = UNSTORED, settings, credentials }: ConnectionDto): Promise<ConnectionCheck> {
    const { kinds } = this.config;
    const texts = givenTexts(textsOf(kinds, connector, settings, credentials));
    const { connection, problems } = kinds.check(connector, texts);
    if (!connection) throw new InvalidInputError(problems.map(({ field, problem }) => ({ field, expected: problem })));
    return this.run({
      id,
      connector,
      publishing: 'shadow',
      installation: '',
      selling: connection.selling ?? DEFAULT_SELLING,
      warehouses: [],
      settings: connection.settings,
    });
  }

  /** Also for an unstored connection. Never throws because of the account. */
  async run(connection: Connection): Promise<ConnectionCheck> {
    const secrets = this.secretsOf(connection);
    return withoutSecrets(await this.tried(connection), secrets);
  }

  private async tried(connection: Connection): Promise<ConnectionCheck> {
    const { connector } = this.registry.any(connection);
    try {
      if (connector.check) return await connector.check(connection);
      const channel = this.registry.channel(connection);
      if (channel) await channel.connector.listListings(null, connection);
      else await this.registry.erp(connection)?.connector.observeStock([], connection);
      return checkOf(null, []);
    } catch (error) {
      const remedy = connector.classify(error);
      this.logger.debug(`${connection.id} was tried in vain: ${error instanceof Error ? error.name : 'unknown error'}`);
      const said = error instanceof Error ? error.message : { code: 'checks.no_answer' };
      const reason = 'reason' in remedy ? remedy.reason : said;
      return checkOf(null, [{ what: 'checks.what.connection', code: 'checks.failed', params: { reason } }]);
    }
  }

  /** The secret values of its settings. */
  private secretsOf({ connector, settings }: Connection): readonly string[] {
    const values = settings as Readonly<Record<string, unknown>>;
    return [...this.config.kinds.secretsOf(connector)]
      .map((name) => values[name])
      .filter((value): value is string => typeof value === 'string' && value !== '');
  }
}
