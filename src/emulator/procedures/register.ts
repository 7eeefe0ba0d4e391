/** The system procedures and administration statements that no other part owns. */
import { registerConfiguration } from "./configuration";
import { registerDbcc } from "./dbcc";
import { registerDescribe } from "./describe";
import { registerExtendedProperties } from "./extendedProperties";
import { registerKill } from "./kill";
import { registerRename } from "./rename";
import { registerDriverReports } from "./reports/drivers";
import { registerObjectReports } from "./reports/objects";
import { registerPrincipalReports } from "./reports/principals";
import { registerServerReports } from "./reports/server";
import { registerSmallProcedures } from "./smallProcedures";

export function registerProcedures(): void {
  registerConfiguration();
  registerDbcc();
  registerDescribe();
  registerExtendedProperties();
  registerKill();
  registerRename();
  registerSmallProcedures();
  registerObjectReports();
  registerPrincipalReports();
  registerServerReports();
  registerDriverReports();
}
