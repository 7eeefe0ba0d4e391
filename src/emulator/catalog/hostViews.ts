/** What sys.dm_os_… and sys.dm_db_… say of the machine, the files and the log. */
import { arch, cpus, release, totalmem } from "node:os";
import type { ExecutionContext } from "../engine/expressions/scope";
import { allLanguages } from "../engine/types/temporal/languages";
import type { Database } from "../storage/database";
import type { DatabaseFileRecord } from "../storage/records";
import { registerTableFunction } from "./registry";
import {
  always,
  BIGINT,
  BIT,
  DATETIME,
  defineView,
  INT,
  NOTHING,
  ONE,
  SMALLINT,
  SYSNAME,
  TINYINT,
  text,
  ZERO,
} from "./viewBuilder";
import { requireServerState, sessionOf, visibleObjects } from "./visibility";

const PAGE_BYTES = 8192;

const once = () => [0];

/** The machine's one row, for those who may view the server's state. */
const machine = (_database: Database, context: ExecutionContext) => {
  requireServerState(context);
  return [0];
};

const MILLISECOND_TICKS = 10_000n;

function registerMachine(): void {
  defineView("sys.dm_os_sys_info", machine, [
    ["cpu_count", INT, () => cpus().length],
    ["hyperthread_ratio", INT, ONE],
    ["physical_memory_kb", BIGINT, () => BigInt(Math.floor(totalmem() / 1024))],
    ["ms_ticks", BIGINT, () => BigInt(Math.floor(performance.now()))],
    ["sqlserver_start_time", DATETIME, (_row, { server }) => server.startTime],
    ["sqlserver_start_time_ms_ticks", BIGINT, ZERO_BIG],
    ["scheduler_count", INT, () => cpus().length],
    ["virtual_machine_type", INT, ZERO],
    ["virtual_machine_type_desc", text(60), always("NONE")],
    ["container_type", INT, ZERO],
    ["container_type_desc", text(60), always("NONE")],
  ]);
  defineView("sys.dm_os_host_info", machine, [
    ["host_platform", text(256), always("Linux")],
    ["host_distribution", text(256), always("Linux")],
    ["host_release", text(256), () => release()],
    ["host_service_pack_level", text(256), always("")],
    ["host_sku", INT, NOTHING],
    ["os_language_version", INT, ZERO],
    ["host_architecture", text(256), () => (arch() === "x64" ? "X64" : arch().toUpperCase())],
  ]);
  defineView("sys.dm_server_services", () => ["SQL Server", "SQL Server Agent"], [
    [
      "servicename",
      text(256),
      (service, { server }) => `${service} (${server.serverName.split("\\")[1] ?? "MSSQLSERVER"})`,
    ],
    ["startup_type", INT, always(2)],
    ["startup_type_desc", text(256), always("Automatic")],
    ["status", INT, always(4)],
    ["status_desc", text(256), always("Running")],
    ["process_id", INT, always(process.pid)],
    ["last_startup_time", { kind: "datetimeoffset", scale: 7 }, NOTHING],
    ["service_account", text(256), always("")],
    ["filename", text(256), always("")],
    ["is_clustered", text(1), always("N")],
    ["cluster_nodename", text(256), NOTHING],
  ]);
  defineView("sys.syslanguages", allLanguages, [
    ["langid", SMALLINT, (l) => l.id],
    ["dateformat", { kind: "nchar", length: 3 }, (l) => l.dateFormat],
    ["datefirst", TINYINT, (l) => l.dateFirst],
    ["upgrade", INT, ZERO],
    ["name", SYSNAME, (l) => l.name],
    ["alias", SYSNAME, (l) => l.alias],
    ["lcid", INT, (l) => l.lcid],
    ["msglangid", SMALLINT, (l) => l.lcid],
  ]);
}

const ZERO_BIG = always(0n);

function bytesOf(files: readonly DatabaseFileRecord[], type?: DatabaseFileRecord["type"]): bigint {
  return files
    .filter((f) => type === undefined || f.type === type)
    .reduce((sum, f) => sum + BigInt(f.size) * BigInt(PAGE_BYTES), 0n);
}

function registerSpace(): void {
  defineView("sys.dm_db_log_space_usage", (database) => [database], [
    ["database_id", INT, (d) => d.id],
    ["total_log_size_in_bytes", BIGINT, (d) => bytesOf(d.files, "LOG")],
    ["used_log_space_in_bytes", BIGINT, ZERO_BIG],
    ["used_log_space_in_percent", { kind: "real" }, ZERO],
    ["log_space_in_bytes_since_last_backup", BIGINT, ZERO_BIG],
  ]);
  defineView("sys.dm_db_file_space_usage", (database) => database.files.filter((f) => f.type === "ROWS"), [
    ["database_id", INT, (_f, d) => d.id],
    ["file_id", SMALLINT, (f) => f.id],
    ["filegroup_id", SMALLINT, ONE],
    ["total_page_count", BIGINT, (f) => BigInt(f.size)],
    ["allocated_extent_page_count", BIGINT, (f) => BigInt(f.size)],
    ["unallocated_extent_page_count", BIGINT, ZERO_BIG],
    ["version_store_reserved_page_count", BIGINT, ZERO_BIG],
    ["user_object_reserved_page_count", BIGINT, ZERO_BIG],
    ["internal_object_reserved_page_count", BIGINT, ZERO_BIG],
    ["mixed_extent_page_count", BIGINT, ZERO_BIG],
    ["modified_extent_page_count", BIGINT, ZERO_BIG],
  ]);
  defineView("sys.data_spaces", once, [
    ["name", SYSNAME, always("PRIMARY")],
    ["data_space_id", INT, ONE],
    ["type", { kind: "char", length: 2 }, always("FG")],
    ["type_desc", text(60), always("ROWS_FILEGROUP")],
    ["is_default", BIT, ONE],
    ["is_system", BIT, ZERO],
  ]);
  defineView("sys.dm_db_partition_stats", partitions, [
    ["partition_id", BIGINT, (p) => BigInt(p.objectId) * 256n + BigInt(p.indexId)],
    ["object_id", INT, (p) => p.objectId],
    ["index_id", INT, (p) => p.indexId],
    ["partition_number", INT, ONE],
    ["in_row_data_page_count", BIGINT, ONE_BIG],
    ["in_row_used_page_count", BIGINT, ONE_BIG],
    ["in_row_reserved_page_count", BIGINT, ONE_BIG],
    ["lob_used_page_count", BIGINT, ZERO_BIG],
    ["lob_reserved_page_count", BIGINT, ZERO_BIG],
    ["row_overflow_used_page_count", BIGINT, ZERO_BIG],
    ["row_overflow_reserved_page_count", BIGINT, ZERO_BIG],
    ["used_page_count", BIGINT, ONE_BIG],
    ["reserved_page_count", BIGINT, ONE_BIG],
    ["row_count", BIGINT, (p, d) => BigInt(d.tables.get(p.objectId)?.rowCount ?? 0)],
  ]);
}

const ONE_BIG = always(1n);

function* partitions(database: Database, context: ExecutionContext): Iterable<{ objectId: number; indexId: number }> {
  for (const object of visibleObjects(database, context)) {
    if (!object.table) continue;
    const indexes = database.metadata.indexesOf(object.id);
    if (!indexes.some((index) => index.clustered)) yield { objectId: object.id, indexId: 0 };
    for (const index of indexes) yield { objectId: object.id, indexId: index.indexId };
  }
}

/** sys.dm_io_virtual_file_stats: nothing is counted, but every file is there. */
function registerFileStatistics(): void {
  registerTableFunction({
    schema: "sys",
    name: "dm_io_virtual_file_stats",
    parameters: [
      { name: "@database_id", type: INT },
      { name: "@file_id", type: INT },
    ],
    columns: [
      { name: "database_id", type: SMALLINT, nullable: true },
      { name: "file_id", type: SMALLINT, nullable: true },
      { name: "sample_ms", type: BIGINT, nullable: true },
      { name: "num_of_reads", type: BIGINT, nullable: true },
      { name: "num_of_bytes_read", type: BIGINT, nullable: true },
      { name: "io_stall_read_ms", type: BIGINT, nullable: true },
      { name: "num_of_writes", type: BIGINT, nullable: true },
      { name: "num_of_bytes_written", type: BIGINT, nullable: true },
      { name: "io_stall_write_ms", type: BIGINT, nullable: true },
      { name: "io_stall", type: BIGINT, nullable: true },
      { name: "size_on_disk_bytes", type: BIGINT, nullable: true },
    ],
    *rows([databaseId, fileId], context) {
      const { server } = sessionOf(context);
      const sample = (server.clock().local - server.startTime) / MILLISECOND_TICKS;
      for (const database of server.databases.values()) {
        if (databaseId !== null && database.id !== databaseId) continue;
        for (const file of database.files) {
          if (fileId !== null && file.id !== fileId) continue;
          yield [database.id, file.id, sample, 0n, 0n, 0n, 0n, 0n, 0n, 0n, bytesOf([file])];
        }
      }
    },
  });
}

export function registerHostViews(): void {
  registerMachine();
  registerSpace();
  registerFileStatistics();
}
