/** SQL Server Agent: its procedures and views in msdb. */
import { registerCategories } from "./categories";
import { registerControl } from "./control";
import { registerHistoryReports } from "./historyReports";
import { registerJobs } from "./jobs";
import { registerOperators } from "./operators";
import { registerProxies } from "./proxies";
import { registerReports } from "./reports";
import { registerSchedules } from "./schedules";
import { registerSteps } from "./steps";
import { registerTargets } from "./targets";
import { registerAgentViews } from "./views";

export function registerAgent(): void {
  registerJobs();
  registerSteps();
  registerSchedules();
  registerTargets();
  registerCategories();
  registerOperators();
  registerProxies();
  registerControl();
  registerReports();
  registerHistoryReports();
  registerAgentViews();
}
