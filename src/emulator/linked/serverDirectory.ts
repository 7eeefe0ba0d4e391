/** Where the emulated servers of this process listen: they find each other by name, as by DNS. */
const addresses = new Map<string, { host: string; port: number }>();

export function announceServer(name: string, address: { host: string; port: number }): () => void {
  const key = name.toLowerCase();
  addresses.set(key, address);
  return () => {
    if (addresses.get(key) === address) addresses.delete(key);
  };
}

const DEFAULT_PORT = 1433;

/** `host`, `host,port`, `tcp:host,port` or the name of an emulated server of this process. */
export function resolveDataSource(dataSource: string): { host: string; port: number } {
  const text = dataSource.trim().replace(/^tcp:/i, "");
  const known = addresses.get(text.toLowerCase());
  if (known) return known;
  const [host = "", port] = text.split(",").map((part) => part.trim());
  const byName = addresses.get(host.toLowerCase());
  return {
    host: byName && port === undefined ? byName.host : host === "." || /^\(local\)$/i.test(host) ? "127.0.0.1" : host,
    port: port ? Number(port) : (byName?.port ?? DEFAULT_PORT),
  };
}
