/** The system views and the functions that read the catalog. */
import { registerColumnViews } from "./columnViews";
import { registerConstraintViews } from "./constraintViews";
import { registerDatabaseViews } from "./databaseViews";
import { registerCatalogFunctions } from "./functions/register";
import { registerInformationSchema } from "./informationSchema";
import { registerObjectViews } from "./objectViews";
import { registerPrincipalViews } from "./principalViews";
import { registerServerViews } from "./serverViews";

export function registerCatalog(): void {
  registerObjectViews();
  registerColumnViews();
  registerConstraintViews();
  registerDatabaseViews();
  registerPrincipalViews();
  registerServerViews();
  registerInformationSchema();
  registerCatalogFunctions();
}
