import { type Connection } from './contract.js';

/** How a connector gets new credentials for a connection. */
export interface Renewal<Settings> {
  /** Whether these credentials must be renewed: they ended, or the platform refused a call that was made with them. */
  isDue(this: void, settings: Settings): boolean;
  /**
   * Asks the platform for new credentials, and gives them by the names of their settings. One call at a time runs for a connection, in all
   * processes. @throws what `classify` knows: `pause` with `final` where the platform says that these credentials are spent
   */
  refresh(this: void, settings: Settings): Promise<Readonly<Record<string, string>>>;
}

/**
 * Renews credentials that end, and gives the settings to call with. Another process may have renewed them: then its credentials are the answer.
 * For connections that are stored; those of the environment cannot be renewed.
 */
export type RenewCredentials = <Settings>(
  connection: Connection<Settings>,
  renewal: Renewal<Settings>,
) => Promise<Settings>;

/** Provides a `RenewCredentials` to connectors. */
export const RENEW_CREDENTIALS = Symbol('RENEW_CREDENTIALS');
