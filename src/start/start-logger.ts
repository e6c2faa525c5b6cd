import { ConsoleLogger } from '@nestjs/common';

/** The contexts in which Nest reports every module and route at each start. */
const ROUTINE = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'MongooseModule',
]);

/** The process log: JSON lines in production. It leaves out Nest's own account of its start. */
export class StartLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && ROUTINE.has(context)) return;
    super.log(message, ...rest);
  }
}
