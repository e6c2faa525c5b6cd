import { Module } from '@nestjs/common';
import { RedisClients } from './redis-clients.service.js';

/** A module of its own because Bull's, which needs the clients, is made before the queues'. */
@Module({ providers: [RedisClients], exports: [RedisClients] })
export class RedisClientsModule {}
