/** SQL Server Agent's tables in msdb, with the columns that are documented. */
import type { Database } from "./database";
import { createSystemTable, insertInto, type SystemTableDefinition, systemTable } from "./systemTable";
import type { Transaction } from "./transaction";

const TABLES: SystemTableDefinition[] = [
  {
    name: "sysjobs",
    primaryKey: ["job_id"],
    columns: `
      job_id uniqueidentifier not null
      originating_server_id int not null
      name sysname not null
      enabled tinyint not null
      description nvarchar(512)
      start_step_id int not null
      category_id int not null
      owner_sid varbinary(85) not null
      notify_level_eventlog int not null
      notify_level_email int not null
      notify_level_netsend int not null
      notify_level_page int not null
      notify_email_operator_id int not null
      notify_netsend_operator_id int not null
      notify_page_operator_id int not null
      delete_level int not null
      date_created datetime not null
      date_modified datetime not null
      version_number int not null`,
    indexes: [{ name: "nc1", columns: ["name"] }],
  },
  {
    name: "sysjobsteps",
    primaryKey: ["job_id", "step_id"],
    columns: `
      job_id uniqueidentifier not null
      step_id int not null
      step_name sysname not null
      subsystem nvarchar(40) not null
      command nvarchar(max)
      flags int not null
      additional_parameters nvarchar(max)
      cmdexec_success_code int not null
      on_success_action tinyint not null
      on_success_step_id int not null
      on_fail_action tinyint not null
      on_fail_step_id int not null
      server sysname
      database_name sysname
      database_user_name sysname
      retry_attempts int not null
      retry_interval int not null
      os_run_priority int not null
      output_file_name nvarchar(200)
      last_run_outcome int not null
      last_run_duration int not null
      last_run_retries int not null
      last_run_date int not null
      last_run_time int not null
      proxy_id int
      step_uid uniqueidentifier`,
  },
  {
    name: "sysjobstepslogs",
    primaryKey: ["log_id"],
    columns: `
      log_id int identity not null
      log nvarchar(max) not null
      date_created datetime not null
      date_modified datetime not null
      log_size bigint not null
      step_uid uniqueidentifier not null`,
  },
  {
    name: "sysjobservers",
    primaryKey: ["job_id", "server_id"],
    columns: `
      job_id uniqueidentifier not null
      server_id int not null
      last_run_outcome tinyint not null
      last_outcome_message nvarchar(4000)
      last_run_date int not null
      last_run_time int not null
      last_run_duration int not null`,
  },
  {
    name: "sysjobhistory",
    primaryKey: ["instance_id"],
    columns: `
      instance_id int identity not null
      job_id uniqueidentifier not null
      step_id int not null
      step_name sysname not null
      sql_message_id int not null
      sql_severity int not null
      message nvarchar(4000)
      run_status int not null
      run_date int not null
      run_time int not null
      run_duration int not null
      operator_id_emailed int not null
      operator_id_netsent int not null
      operator_id_paged int not null
      retries_attempted int not null
      server sysname not null`,
    indexes: [{ name: "nc1", columns: ["job_id"] }],
  },
  {
    name: "sysjobactivity",
    columns: `
      session_id int not null
      job_id uniqueidentifier not null
      run_requested_date datetime
      run_requested_source sysname
      queued_date datetime
      start_execution_date datetime
      last_executed_step_id int
      last_executed_step_date datetime
      stop_execution_date datetime
      job_history_id int
      next_scheduled_run_date datetime`,
  },
  {
    name: "syssessions",
    primaryKey: ["session_id"],
    columns: `
      session_id int identity not null
      agent_start_date datetime not null`,
  },
  {
    name: "sysschedules",
    primaryKey: ["schedule_id"],
    columns: `
      schedule_id int identity not null
      schedule_uid uniqueidentifier not null
      originating_server_id int not null
      name sysname not null
      owner_sid varbinary(85) not null
      enabled int not null
      freq_type int not null
      freq_interval int not null
      freq_subday_type int not null
      freq_subday_interval int not null
      freq_relative_interval int not null
      freq_recurrence_factor int not null
      active_start_date int not null
      active_end_date int not null
      active_start_time int not null
      active_end_time int not null
      date_created datetime not null
      date_modified datetime not null
      version_number int not null`,
  },
  {
    name: "sysjobschedules",
    primaryKey: ["schedule_id", "job_id"],
    columns: `
      schedule_id int not null
      job_id uniqueidentifier not null
      next_run_date int not null
      next_run_time int not null`,
  },
  {
    name: "syscategories",
    primaryKey: ["category_id"],
    columns: `
      category_id int identity not null
      category_class int not null
      category_type tinyint not null
      name sysname not null`,
  },
  {
    name: "sysoperators",
    primaryKey: ["id"],
    columns: `
      id int identity not null
      name sysname not null
      enabled tinyint not null
      email_address nvarchar(100)
      last_email_date int not null
      last_email_time int not null
      pager_address nvarchar(100)
      last_pager_date int not null
      last_pager_time int not null
      weekday_pager_start_time int not null
      weekday_pager_end_time int not null
      saturday_pager_start_time int not null
      saturday_pager_end_time int not null
      sunday_pager_start_time int not null
      sunday_pager_end_time int not null
      pager_days tinyint not null
      netsend_address nvarchar(100)
      last_netsend_date int not null
      last_netsend_time int not null
      category_id int not null`,
    indexes: [{ name: "ByName", unique: true, columns: ["name"] }],
  },
  {
    name: "sysproxies",
    primaryKey: ["proxy_id"],
    columns: `
      proxy_id int identity not null
      name sysname not null
      credential_id int not null
      enabled tinyint not null
      description nvarchar(512)
      user_sid varbinary(85) not null
      credential_date_created datetime not null`,
  },
  {
    name: "sysproxylogin",
    columns: `
      proxy_id int not null
      sid varbinary(85)
      flags int not null`,
  },
  {
    name: "sysproxysubsystem",
    columns: `
      subsystem_id int not null
      proxy_id int not null`,
  },
  {
    name: "syssubsystems",
    primaryKey: ["subsystem_id"],
    columns: `
      subsystem_id int not null
      subsystem nvarchar(40) not null
      description_id int
      subsystem_dll nvarchar(255)
      agent_exe nvarchar(255)
      start_entry_point nvarchar(30)
      event_entry_point nvarchar(30)
      stop_entry_point nvarchar(30)
      max_worker_threads int`,
  },
];

/** Categories that are there from the start: id, class (1 job, 2 alert, 3 operator), type, name. */
const CATEGORIES: readonly (readonly [number, number, number, string])[] = [
  [0, 1, 1, "[Uncategorized (Local)]"],
  [1, 1, 1, "Jobs from MSX"],
  [2, 1, 2, "[Uncategorized (Multi-Server)]"],
  [3, 1, 1, "Database Maintenance"],
  [4, 1, 1, "Web Assistant"],
  [5, 1, 1, "Full-Text"],
  [6, 1, 1, "Log Shipping"],
  [7, 1, 1, "Database Engine Tuning Advisor"],
  [8, 1, 1, "Data Collector"],
  [98, 2, 3, "[Uncategorized]"],
  [99, 3, 3, "[Uncategorized]"],
];

const SUBSYSTEMS: readonly (readonly [number, string])[] = [
  [1, "TSQL"],
  [2, "ActiveScripting"],
  [3, "CmdExec"],
  [4, "Snapshot"],
  [5, "LogReader"],
  [6, "Distribution"],
  [7, "Merge"],
  [8, "QueueReader"],
  [9, "ANALYSISQUERY"],
  [10, "ANALYSISCOMMAND"],
  [11, "SSIS"],
  [12, "PowerShell"],
];

/** Each has all that the one before may do. */
const ROLES = ["SQLAgentUserRole", "SQLAgentReaderRole", "SQLAgentOperatorRole"];

const LAST_SYSTEM_CATEGORY = 99n;

export function bootstrapAgentTables(transaction: Transaction, msdb: Database): void {
  for (const table of TABLES) createSystemTable(transaction, msdb, table);
  createRoles(transaction, msdb);
  const categories = systemTable(msdb, "syscategories");
  for (const [category_id, category_class, category_type, name] of CATEGORIES) {
    insertInto(transaction, categories, { category_id, category_class, category_type, name });
  }
  categories.setLastIdentity(LAST_SYSTEM_CATEGORY);
  const subsystems = systemTable(msdb, "syssubsystems");
  for (const [subsystem_id, subsystem] of SUBSYSTEMS) {
    insertInto(transaction, subsystems, { subsystem_id, subsystem, max_worker_threads: 20 });
  }
}

function createRoles(transaction: Transaction, msdb: Database): void {
  const now = msdb.server.clock().local;
  const shared = {
    type: "R",
    sid: null,
    ownerId: 1,
    fixedRole: false,
    createDate: now,
    modifyDate: now,
    authenticationType: 0,
  } as const;
  let former: number | undefined;
  for (const name of ROLES) {
    const id = nextPrincipalId(msdb);
    transaction.putRecord(msdb, "principal", id, { ...shared, id, name });
    if (former !== undefined) {
      const member = msdb.metadata.nextId("roleMember");
      transaction.putRecord(msdb, "roleMember", member, { id: member, roleId: former, memberId: id });
    }
    former = id;
  }
}

/** Below the fixed roles. */
function nextPrincipalId(database: Database): number {
  let id = 5;
  while (database.metadata.get("principal", id)) id++;
  return id;
}
