import { ConsoleLogger } from '@nestjs/common';

/** What Nest tells of every module and route at each start. */
const ROUTINE = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'MongooseModule',
]);

/** The process log: JSON lines in production; Nest's own account of its start is left out. */
export class StartLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && ROUTINE.has(context)) return;
    super.log(message, ...rest);
  }
}
