import { Module } from '@nestjs/common';
import { CommandsModule } from '../commands/commands.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { FulfilmentModule } from '../fulfilment/fulfilment.module.js';
import { BrakeController } from './brake/brake.controller.js';
import { BrakeService } from './brake/brake.service.js';
import { ConnectionTestController } from './check/connection-test.controller.js';
import { ConnectionTest } from './check/connection-test.service.js';
import { ConnectionDetailsService } from './connection-details.service.js';
import { ConnectionRemoval } from './connection-removal.service.js';
import { ConnectionSetup } from './connection-setup.service.js';
import { ConnectionsController } from './connections.controller.js';
import { DueDeliveries } from './due-deliveries.service.js';
import { GoLiveChecks } from './go-live-checks.service.js';
import { GoLive } from './go-live.service.js';
import { HookUpkeep } from './install/hook-upkeep.service.js';
import { InstallController } from './install/install.controller.js';
import { InstallService } from './install/install.service.js';
import { ConnectAccount } from './install/connect-account.service.js';
import { InstalledAccounts } from './install/installed-accounts.service.js';
import { ModeChange } from './mode-change.service.js';
import { OpenOrders } from './open-orders.service.js';
import { Preview } from './preview.service.js';
import { PublishingController } from './publishing.controller.js';

/** The API of connections: connect, test, preview, go live, stop. */
@Module({
  imports: [CommandsModule, OrdersModule, FulfilmentModule],
  controllers: [
    ConnectionsController,
    PublishingController,
    BrakeController,
    ConnectionTestController,
    InstallController,
  ],
  providers: [
    ConnectionSetup,
    ConnectionRemoval,
    ConnectionDetailsService,
    Preview,
    DueDeliveries,
    OpenOrders,
    GoLive,
    GoLiveChecks,
    ModeChange,
    BrakeService,
    ConnectionTest,
    InstallService,
    ConnectAccount,
    InstalledAccounts,
    HookUpkeep,
  ],
})
export class OnboardingModule {}
