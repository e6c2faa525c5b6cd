import { type Connection, type Publishing } from '../connectors/contract.js';

/** A configured connection, without the names that it has for warehouses. */
export interface ConnectionRecord extends Omit<Connection, 'warehouses'> {
  /** `environment`: environment variables hold its settings. */
  readonly origin: 'environment' | 'stored';
  readonly name: string;
  /** How far a person lets it act. `publishing` is the part of this that the environment allows. */
  readonly decided: Publishing;
}

/** A configured connection. */
export type ConfiguredConnection = ConnectionRecord & Connection;

/** A connection found by the id that its platform has for it, present or removed. */
export interface ConnectionMatch {
  readonly id: string;
  readonly origin: 'environment' | 'stored';
  /** When a person or the platform removed it. */
  readonly removedAt?: Date;
  /** When the platform removed the app. */
  readonly uninstalledAt?: Date;
}

/** A removed connection, as far as the database still knows it. */
export interface RemovedConnection {
  readonly id: string;
  readonly connector: string;
  readonly settings: Readonly<Record<string, string>>;
  /** When the platform removed the app; absent: a person removed the connection. */
  readonly uninstalledAt?: Date;
}
