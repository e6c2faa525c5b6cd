import { Module } from '@nestjs/common';
import { RedisClients } from './redis-clients.service.js';

/** A module of its own, because Bull's module needs the clients and is created before the queues' module. */
@Module({ providers: [RedisClients], exports: [RedisClients] })
export class RedisClientsModule {}
