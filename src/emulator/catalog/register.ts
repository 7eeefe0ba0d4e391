/** The system views and the functions that read the catalog. */

import { registerAvailabilityViews } from "./availabilityViews";
import { registerColumnViews } from "./columnViews";
import { registerConstraintViews } from "./constraintViews";
import { registerDatabaseViews } from "./databaseViews";
import { registerEmptyViews } from "./emptyViews";
import { registerCatalogFunctions } from "./functions/register";
import { registerHostViews } from "./hostViews";
import { registerInformationSchema } from "./informationSchema";
import { registerLockViews } from "./lockViews";
import { registerObjectViews } from "./objectViews";
import { registerPerformanceCounters } from "./performanceCounters";
import { registerPrincipalViews } from "./principalViews";
import { registerRequestTexts } from "./requestTexts";
import { registerServerViews } from "./serverViews";
import { registerSessionViews } from "./sessionViews";
import { registerSystemObjectViews } from "./systemObjectViews";

export function registerCatalog(): void {
  registerObjectViews();
  registerColumnViews();
  registerConstraintViews();
  registerDatabaseViews();
  registerPrincipalViews();
  registerServerViews();
  registerSessionViews();
  registerInformationSchema();
  registerSystemObjectViews();
  registerLockViews();
  registerHostViews();
  registerPerformanceCounters();
  registerRequestTexts();
  registerEmptyViews();
  registerAvailabilityViews();
  registerCatalogFunctions();
}
