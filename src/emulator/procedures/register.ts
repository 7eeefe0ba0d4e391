/** The system procedures and administration statements that no other part owns. */
import { registerConfiguration } from "./configuration";
import { registerDbcc } from "./dbcc";
import { registerExtendedProperties } from "./extendedProperties";
import { registerKill } from "./kill";
import { registerRename } from "./rename";
import { registerSmallProcedures } from "./smallProcedures";

export function registerProcedures(): void {
  registerConfiguration();
  registerDbcc();
  registerExtendedProperties();
  registerKill();
  registerRename();
  registerSmallProcedures();
}
