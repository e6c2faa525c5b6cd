import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Alert, AlertSchema, AlertsService } from './alerts.service.js';

@Global()
@Module({
  imports: [MongooseModule.forFeature([{ name: Alert.name, schema: AlertSchema }])],
  providers: [AlertsService],
  exports: [AlertsService],
})
export class AlertsModule {}
