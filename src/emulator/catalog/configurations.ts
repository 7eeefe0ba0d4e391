/** The server options of sys.configurations and sp_configure. */
export interface Configuration {
  id: number;
  name: string;
  minimum: number;
  maximum: number;
  /** Of a new server. */
  initial: number;
  /** RECONFIGURE is enough: no restart. */
  dynamic: boolean;
  advanced: boolean;
}

const MAXIMUM = 2147483647;

const CONFIGURATIONS: readonly Configuration[] = (
  [
    [101, "recovery interval (min)", 0, 32767, 0, true, true],
    [102, "allow updates", 0, 1, 0, true, false],
    [103, "user connections", 0, 32767, 0, false, true],
    [106, "locks", 5000, MAXIMUM, 0, false, true],
    [107, "open objects", 0, MAXIMUM, 0, false, true],
    [109, "fill factor (%)", 0, 100, 0, false, true],
    [114, "disallow results from triggers", 0, 1, 0, true, true],
    [115, "nested triggers", 0, 1, 1, true, false],
    [116, "server trigger recursion", 0, 1, 1, true, false],
    [117, "remote access", 0, 1, 1, false, false],
    [124, "default language", 0, 9999, 0, true, false],
    [400, "cross db ownership chaining", 0, 1, 0, true, false],
    [503, "max worker threads", 128, 65535, 0, true, true],
    [505, "network packet size (B)", 512, 32767, 4096, true, true],
    [518, "show advanced options", 0, 1, 0, true, false],
    [542, "remote proc trans", 0, 1, 0, true, false],
    [544, "c2 audit mode", 0, 1, 0, false, true],
    [1126, "default full-text language", 0, MAXIMUM, 1033, true, true],
    [1127, "two digit year cutoff", 1753, 9999, 2049, true, true],
    [1505, "index create memory (KB)", 704, MAXIMUM, 0, true, true],
    [1517, "priority boost", 0, 1, 0, false, true],
    [1519, "remote login timeout (s)", 0, MAXIMUM, 10, true, false],
    [1520, "remote query timeout (s)", 0, MAXIMUM, 600, true, false],
    [1531, "cursor threshold", -1, MAXIMUM, -1, true, true],
    [1532, "set working set size", 0, 1, 0, false, true],
    [1534, "user options", 0, 32767, 0, true, false],
    [1535, "affinity mask", -2147483648, MAXIMUM, 0, true, true],
    [1536, "max text repl size (B)", -1, MAXIMUM, 65536, true, false],
    [1537, "media retention", 0, 365, 0, true, true],
    [1538, "cost threshold for parallelism", 0, 32767, 5, true, true],
    [1539, "max degree of parallelism", 0, 32767, 0, true, true],
    [1540, "min memory per query (KB)", 512, MAXIMUM, 1024, true, true],
    [1541, "query wait (s)", -1, MAXIMUM, -1, true, true],
    [1543, "min server memory (MB)", 0, MAXIMUM, 0, true, true],
    [1544, "max server memory (MB)", 128, MAXIMUM, MAXIMUM, true, true],
    [1545, "query governor cost limit", 0, MAXIMUM, 0, true, true],
    [1546, "lightweight pooling", 0, 1, 0, false, true],
    [1547, "scan for startup procs", 0, 1, 0, false, true],
    [1549, "affinity64 mask", -2147483648, MAXIMUM, 0, true, true],
    [1557, "PH timeout (s)", 1, 3600, 60, true, true],
    [1562, "clr enabled", 0, 1, 0, true, false],
    [1563, "max full-text crawl range", 0, 256, 4, true, true],
    [1568, "default trace enabled", 0, 1, 1, true, true],
    [1569, "blocked process threshold (s)", 0, 86400, 0, true, true],
    [1570, "in-doubt xact resolution", 0, 2, 0, true, true],
    [1576, "remote admin connections", 0, 1, 0, true, false],
    [1577, "common criteria compliance enabled", 0, 1, 0, false, true],
    [1579, "backup compression default", 0, 1, 0, true, false],
    [1580, "filestream access level", 0, 2, 0, true, false],
    [1581, "optimize for ad hoc workloads", 0, 1, 0, true, true],
    [1582, "access check cache bucket count", 0, 65536, 0, true, true],
    [1584, "backup checksum default", 0, 1, 0, true, false],
    [1585, "automatic soft-NUMA disabled", 0, 1, 0, false, true],
    [1587, "clr strict security", 0, 1, 1, true, true],
    [16384, "Agent XPs", 0, 1, 1, true, true],
    [16386, "Database Mail XPs", 0, 1, 0, true, true],
    [16387, "SMO and DMO XPs", 0, 1, 1, true, true],
    [16388, "Ole Automation Procedures", 0, 1, 0, true, true],
    [16390, "xp_cmdshell", 0, 1, 0, true, true],
    [16391, "Ad Hoc Distributed Queries", 0, 1, 0, true, true],
    [16392, "Replication XPs", 0, 1, 0, true, true],
    [16393, "contained database authentication", 0, 1, 0, true, false],
  ] as const
).map(([id, name, minimum, maximum, initial, dynamic, advanced]) => ({
  id,
  name,
  minimum,
  maximum,
  initial,
  dynamic,
  advanced,
}));

export function configurations(): readonly Configuration[] {
  return CONFIGURATIONS;
}
