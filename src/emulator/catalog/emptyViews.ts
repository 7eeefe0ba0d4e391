/** Views of features that the emulator does not have: always empty, so that scripts that look find nothing. */
import type { SqlType } from "../engine/values";
import {
  BIGINT,
  BIT,
  bytes,
  DATETIME,
  defineView,
  GUID,
  INT,
  NOTHING,
  SMALLINT,
  SYSNAME,
  TINYINT,
  text,
  VARIANT,
} from "./viewBuilder";

const TYPES: Record<string, SqlType> = {
  bigint: BIGINT,
  bit: BIT,
  datetime: DATETIME,
  guid: GUID,
  int: INT,
  smallint: SMALLINT,
  sysname: SYSNAME,
  text: text(4000),
  tinyint: TINYINT,
  variant: VARIANT,
  bytes: bytes(8000),
};

/** `view: column type, …` */
const VIEWS = `
  assemblies: name sysname, principal_id int, assembly_id int, clr_name text, permission_set tinyint, permission_set_desc text, is_visible bit, create_date datetime, modify_date datetime, is_user_defined bit
  assembly_modules: object_id int, assembly_id int, assembly_class sysname, assembly_method sysname, null_on_null_input bit, execute_as_principal_id int
  asymmetric_keys: name sysname, principal_id int, asymmetric_key_id int, pvt_key_encryption_type text, thumbprint bytes, algorithm text, key_length int, sid bytes
  change_tracking_databases: database_id int, is_auto_cleanup_on tinyint, retention_period int, retention_period_units tinyint
  change_tracking_tables: object_id int, is_track_columns_updated_on bit, min_valid_version bigint, begin_version bigint, cleanup_version bigint
  column_master_keys: name sysname, column_master_key_id int, key_store_provider_name sysname, key_path text
  database_audit_specifications: database_specification_id int, name sysname, is_state_enabled bit
  database_scoped_credentials: name sysname, principal_id int, credential_id int, credential_identity text
  dm_database_encryption_keys: database_id int, encryption_state int, create_date datetime, key_algorithm text, key_length int, encryptor_thumbprint bytes, encryptor_type text, percent_complete int
  dm_db_index_usage_stats: database_id smallint, object_id int, index_id int, user_seeks bigint, user_scans bigint, user_lookups bigint, user_updates bigint, last_user_seek datetime, last_user_scan datetime, last_user_update datetime
  dm_db_missing_index_details: index_handle int, database_id smallint, object_id int, equality_columns text, inequality_columns text, included_columns text, statement text
  dm_db_persisted_sku_features: feature_name sysname, feature_id int
  dm_exec_query_stats: sql_handle bytes, plan_handle bytes, creation_time datetime, last_execution_time datetime, execution_count bigint, total_worker_time bigint, total_elapsed_time bigint
  dm_exec_cached_plans: bucketid int, refcounts int, usecounts int, size_in_bytes int, cacheobjtype text, objtype text, plan_handle bytes
  dm_os_cluster_nodes: NodeName text, status int, status_description text, is_current_owner bit
  dm_os_ring_buffers: ring_buffer_address bytes, ring_buffer_type text, timestamp bigint, record text
  dm_os_wait_stats: wait_type text, waiting_tasks_count bigint, wait_time_ms bigint, max_wait_time_ms bigint, signal_wait_time_ms bigint
  dm_xe_sessions: address bytes, name text, create_time datetime
  event_notifications: name sysname, object_id int, parent_class tinyint, parent_id int, create_date datetime, service_name text
  external_data_sources: data_source_id int, name sysname, location text, type_desc text, type tinyint
  filetables: object_id int, is_enabled bit, directory_name text, filename_collation_id int
  fulltext_catalogs: fulltext_catalog_id int, name sysname, path text, is_default bit
  fulltext_indexes: object_id int, unique_index_id int, fulltext_catalog_id int, is_enabled bit
  masked_columns: object_id int, name sysname, column_id int, is_masked bit, masking_function text
  numbered_procedures: object_id int, procedure_number smallint, definition text
  partition_functions: name sysname, function_id int, type text, fanout int, boundary_value_on_right bit
  partition_schemes: name sysname, data_space_id int, type text, function_id int
  periods: name sysname, period_type tinyint, object_id int, start_column_id int, end_column_id int
  plan_guides: plan_guide_id int, name sysname, is_disabled bit, query_text text
  remote_logins: server_id int, remote_name sysname, local_principal_id int, modify_date datetime
  routes: name sysname, route_id int, remote_service_name text, address text
  security_policies: name sysname, object_id int, principal_id int, schema_id int, is_enabled bit
  server_audits: audit_id int, name sysname, audit_guid guid, type text, type_desc text, is_state_enabled bit
  server_audit_specifications: server_specification_id int, name sysname, audit_guid guid, is_state_enabled bit
  server_event_sessions: event_session_id int, name sysname, startup_state bit
  server_triggers: name sysname, object_id int, parent_class tinyint, parent_id int, type text, create_date datetime, modify_date datetime, is_ms_shipped bit, is_disabled bit
  service_queues: name sysname, object_id int, schema_id int, is_receive_enabled bit, is_enqueue_enabled bit, activation_procedure text
  services: name sysname, service_id int, principal_id int, service_queue_id int
  symmetric_keys: name sysname, principal_id int, symmetric_key_id int, key_length int, key_algorithm text, algorithm_desc text, create_date datetime, modify_date datetime, key_guid guid
  xml_indexes: object_id int, name sysname, index_id int, type tinyint, using_xml_index_id int, secondary_type text
  xml_schema_collections: xml_collection_id int, schema_id int, principal_id int, name sysname, create_date datetime, modify_date datetime
`;

export function registerEmptyViews(): void {
  for (const line of VIEWS.trim().split("\n")) {
    const [name = "", columns = ""] = line.trim().split(": ");
    defineView(
      `sys.${name}`,
      () => [],
      columns.split(", ").map((column) => {
        const [columnName = "", type = ""] = column.split(" ");
        return [columnName, TYPES[type] as SqlType, NOTHING];
      }),
    );
  }
}
