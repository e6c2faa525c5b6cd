import fastify, { type FastifyInstance } from 'fastify';
import { controlRoutes } from './control/routes.js';
import { type SandboxState } from './control/state.js';
import { falabellaCallName } from './falabella/sellerCenter.js';
import { html } from './http/answer.js';
import { pass, type System } from './http/gate.js';
import { loopbackUrl } from './loopback.js';
import { odooCallName, serveOdoo } from './odoo/routes.js';
import { applySettings, defaultSettings, type Settings, type SettingsPatch } from './settings.js';
import { SnapshotFile } from './snapshot.js';
import { tiendanubeCallName } from './tiendanube/platform.js';
import { World } from './world.js';

export interface SandboxOptions {
  /** 0, the default: any free port. */
  port?: number;
  /** The app under test; must be on this machine. Without it no webhook is sent. */
  appUrl?: string;
  /** Folder in which the state survives restarts; without it the state is lost with the process. */
  dataDir?: string;
  /** Sent in `x-falabella-signature` of the simple webhook. */
  webhookSecret?: string;
  /** Sent as `?token=` with Odoo's webhooks. */
  odooToken?: string;
  settings?: SettingsPatch;
  say?: (line: string) => void;
}

export interface Sandbox {
  url: string;
  port: number;
  settings: Settings;
  world: World;
  state: (sku?: string) => SandboxState;
  /** Stores the state and frees the port. */
  close: () => Promise<void>;
}

export const defaultWebhookSecret = 'your_webhook_secret';
export const defaultOdooToken = 'your_webhook_secret';

/** Starts Odoo, Falabella, Tiendanube and the control API on one port of 127.0.0.1. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const say = options.say ?? ((line: string) => console.error(line));
  const settings = defaultSettings();
  applySettings(settings, options.settings ?? {});
  const file: { current: SnapshotFile | null } = { current: null };
  const world = new World({
    settings,
    appUrl: options.appUrl === undefined ? null : loopbackUrl(options.appUrl).href.replace(/\/+$/, ''),
    webhookSecret: options.webhookSecret ?? defaultWebhookSecret,
    odooToken: options.odooToken ?? defaultOdooToken,
    changed: () => file.current?.changed(),
  });
  if (options.dataDir) {
    const snapshots = new SnapshotFile(options.dataDir, () => world.snapshot(), say);
    const kept = snapshots.load();
    if (kept) world.restore(kept);
    file.current = snapshots;
  }
  const app = buildApp(world);
  try {
    await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  } catch (error) {
    world.close();
    throw error;
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const close = async (): Promise<void> => {
    world.close();
    await app.close();
    await file.current?.flush();
  };
  return { url: `http://127.0.0.1:${port}`, port, settings, world, state: (sku) => world.describe(sku), close };
}

function buildApp(world: World): FastifyInstance {
  const app = fastify({
    bodyLimit: 64 * 1024 * 1024,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true },
  });
  // The simulated systems read the raw text themselves, whatever its content type.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  serve(app, '/odoo', world, {
    name: odooCallName,
    latencyMs: () => world.settings.odoo.latencyMs,
    serve: (request) => serveOdoo(world.odoo, world.settings.odoo, request),
    fail: (_request, fault) => ({
      answer: {
        ...html(fault.status ?? 500, fault.body ?? ''),
        ...(fault.contentType ? { headers: { 'Content-Type': fault.contentType } } : {}),
      },
    }),
  });
  serve(app, '/falabella', world, {
    name: falabellaCallName,
    latencyMs: () => world.settings.falabella.latencyMs,
    serve: (request) => world.falabella.serve(request),
    fail: (request, fault) =>
      fault.code === undefined
        ? {
            answer: {
              status: fault.status ?? 500,
              headers: { 'Content-Type': fault.contentType ?? 'text/html' },
              body: fault.body ?? '',
            },
          }
        : world.falabella.fail(request, fault.code, fault.message, fault.status),
  });
  serve(app, '/tiendanube', world, {
    name: tiendanubeCallName,
    latencyMs: () => world.settings.tiendanube.latencyMs,
    serve: (request) => world.tiendanube.serve(request),
    fail: (request, fault) => world.tiendanube.fail(request, fault.status ?? 500, fault.body, fault.contentType),
  });
  controlRoutes(app, world);
  return app;
}

function serve(app: FastifyInstance, prefix: string, world: World, system: System): void {
  for (const url of [prefix, `${prefix}/*`]) {
    app.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'],
      url,
      handler: (raw, reply) => pass(system, world.calls, world.faults, raw, reply),
    });
  }
}
