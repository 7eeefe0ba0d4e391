/** The functions that read the catalog. */
import { registerColumnProperties } from "./columnProperties";
import { registerDatabaseFunctions } from "./databases";
import { registerIdentityFunctions } from "./identities";
import { registerObjectProperties } from "./objectProperties";
import { registerObjectFunctions } from "./objects";
import { registerPermissionFunctions } from "./permissions";
import { registerPrincipalFunctions } from "./principals";
import { registerSessionFunctions } from "./sessions";

export function registerCatalogFunctions(): void {
  registerObjectFunctions();
  registerObjectProperties();
  registerColumnProperties();
  registerDatabaseFunctions();
  registerIdentityFunctions();
  registerPrincipalFunctions();
  registerPermissionFunctions();
  registerSessionFunctions();
}
