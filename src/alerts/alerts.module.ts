import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AlertNotifier } from './alert-notifier.service.js';
import { Alert, AlertSchema } from './alert.schema.js';
import { AlertsController } from './alerts.controller.js';
import { AlertsRepository } from './alerts.repository.js';
import { AlertsService } from './alerts.service.js';

@Global()
@Module({
  imports: [MongooseModule.forFeature([{ name: Alert.name, schema: AlertSchema }])],
  controllers: [AlertsController],
  providers: [AlertsRepository, AlertsService, AlertNotifier],
  exports: [AlertsRepository, AlertsService, AlertNotifier],
})
export class AlertsModule {}
