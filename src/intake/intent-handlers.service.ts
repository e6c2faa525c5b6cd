import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { HandlesIntent, type IntentHandler, type IntentKind } from '../webhook-events/intent-handler.js';

type Handlers = ReadonlyMap<IntentKind, IntentHandler<never>>;

/** Every kind of intent. A record, so that the compiler demands a new kind here. */
const KINDS: Readonly<Record<IntentKind, true>> = {
  order: true,
  orderRef: true,
  channelStock: true,
  erpStock: true,
  listingRef: true,
  pushRef: true,
  account: true,
  privacy: true,
  nothing: true,
};

/** Some kinds of intent have no handler, or more than one. */
export class IntentHandlersError extends Error {
  constructor(what: string, kinds: readonly string[]) {
    super(`${what} of webhook intents of the kind: ${kinds.join(', ')}`);
    this.name = 'IntentHandlersError';
  }
}

/** Finds the handlers where they live, by their decorator. Refuses a start in which a kind of intent has no handler. */
@Injectable()
export class IntentHandlers implements OnApplicationBootstrap {
  private found: Handlers | null = null;

  constructor(private readonly discovery: DiscoveryService) {}

  onApplicationBootstrap(): void {
    const missing = Object.keys(KINDS).filter((kind) => !this.all.has(kind as IntentKind));
    if (missing.length > 0) throw new IntentHandlersError('No handler', missing);
  }

  /** @throws IntentHandlersError when the kind has none */
  of(kind: IntentKind): IntentHandler<never> {
    const handler = this.all.get(kind);
    if (!handler) throw new IntentHandlersError('No handler', [kind]);
    return handler;
  }

  /** Found at the first use: a job may come before the application has finished its start. */
  private get all(): Handlers {
    return (this.found ??= this.discover());
  }

  private discover(): Handlers {
    const handlers = new Map<IntentKind, IntentHandler<never>>();
    for (const provider of this.discovery.getProviders({ metadataKey: HandlesIntent.KEY })) {
      for (const kind of this.discovery.getMetadataByDecorator(HandlesIntent, provider) ?? []) {
        if (handlers.has(kind)) throw new IntentHandlersError('More than one handler', [kind]);
        handlers.set(kind, provider.instance as IntentHandler<never>);
      }
    }
    return handlers;
  }
}
