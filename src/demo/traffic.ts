import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { isSqlServerError, openServer, retry, type SqlServer, type SqlSession } from "../sqlserver";
import type { DemoServer, DemoServers } from "./servers";
import {
  accountsPerDatabase,
  isLocal,
  type Payment,
  paymentStatement,
  type ShopDatabase,
  shopDatabases,
  shopLogin,
} from "./shop";

/** What the clients did so far. */
export interface TrafficCounts {
  /** Committed payments within one server. */
  readonly local: number;
  /** Committed payments over both servers. */
  readonly distributed: number;
  /** Orders among the distributed ones. */
  readonly orders: number;
  /** Payments that were tried again: chosen as deadlock victims, or waiting too long for a lock or a mark. */
  readonly retried: number;
  /** Payments that failed for good. */
  readonly failed: number;
  /** The longest a committed payment took, since the last time somebody looked. */
  readonly longestMs: number;
  /** SQL Server's numbers of what failed for good. */
  readonly errors: ReadonlyMap<number, number>;
}

export interface Traffic {
  /** What was done since the last call. */
  sinceLast(): TrafficCounts;
  /** Waits until so many further payments are committed. */
  untilCommitted(payments: number): Promise<void>;
  /** Lets every client finish its payment and leaves. */
  stop(): Promise<void>;
}

/** The other server is reached from the control server only: that is where its linked server is. */
const clientsPerServer = { control: 6, remote: 2 };
const pauseMs = { least: 2, most: 12 };
const pauseAfterFailureMs = 100;

/** A payment that takes longer than this has hung. */
const limitSeconds = 15;
/** How long to wait for payments before business is said to stand still. */
const patienceMs = 30_000;

/**
 * Sends clients to both servers, who trade until they are stopped.
 *
 * @param interrupted stops them at once
 */
export async function startTraffic(
  servers: DemoServers,
  env: NodeJS.ProcessEnv,
  interrupted: AbortSignal,
): Promise<Traffic> {
  const tally = new Tally();
  const stop = new AbortController();
  const leave = AbortSignal.any([stop.signal, interrupted]);
  const open = (server: DemoServer) =>
    openServer(server.connectionOf(shopLogin, "SHOP_PASSWORD"), { appName: "shop", stores: { env } });
  const [control, remote] = [open(servers.control), open(servers.remote)];
  const limits = { timeoutSeconds: limitSeconds, signal: interrupted };
  const pay = (session: SqlSession, payment: Payment, at: DemoServer) =>
    retry(() => session.execute(paymentStatement(payment, at), limits), {
      attempts: 8,
      firstPauseMs: 20,
      worthwhile: (error) => tally.countRetry(isSqlServerError(error) && error.has(...passing)),
    });
  const toControl = (kind: number) =>
    client(
      control,
      () => anyPayment(servers, kind),
      (s, payment) => pay(s, payment, servers.control),
      tally,
      leave,
    );
  const toRemote = () =>
    client(
      remote,
      () => remotePayment(servers),
      (s, payment) => pay(s, payment, servers.remote),
      tally,
      leave,
    );
  const ended = Promise.all([
    ...Array.from({ length: clientsPerServer.control }, (_, number) => toControl(number)),
    ...Array.from({ length: clientsPerServer.remote }, toRemote),
  ]);
  // An error of a client is thrown where somebody waits for it.
  ended.catch(() => undefined);
  return {
    sinceLast: () => tally.take(),
    async untilCommitted(payments) {
      const goal = tally.committed + payments;
      const latest = performance.now() + patienceMs;
      while (tally.committed < goal) {
        interrupted.throwIfAborted();
        if (performance.now() > latest)
          throw new Error(`Business stands still: ${tally.committed} of ${goal} payments`);
        await Promise.race([sleep(10), ended]);
      }
    },
    async stop() {
      stop.abort();
      await ended;
      await Promise.all([control.close(), remote.close()]);
    },
  };
}

/** Deadlock victim, lock time-out, and no room beside a mark that is being placed. */
const passing = [1205, 1222, 3928];

class Tally {
  committed = 0;
  #counts = emptyCounts();

  commit(payment: Payment, ms: number): void {
    this.committed += 1;
    if (isLocal(payment)) this.#counts.local += 1;
    else this.#counts.distributed += 1;
    if (payment.order !== undefined) this.#counts.orders += 1;
    this.#counts.longestMs = Math.max(this.#counts.longestMs, Math.round(ms));
  }

  countRetry(again: boolean): boolean {
    if (again) this.#counts.retried += 1;
    return again;
  }

  fail(number: number): void {
    this.#counts.failed += 1;
    this.#counts.errors.set(number, (this.#counts.errors.get(number) ?? 0) + 1);
  }

  take(): TrafficCounts {
    const counts = this.#counts;
    this.#counts = emptyCounts();
    return counts;
  }
}

const emptyCounts = () => ({
  local: 0,
  distributed: 0,
  orders: 0,
  retried: 0,
  failed: 0,
  longestMs: 0,
  errors: new Map<number, number>(),
});

/** One customer, on one connection; on a new one when that is lost. */
async function client(
  door: SqlServer,
  next: () => Payment,
  pay: (session: SqlSession, payment: Payment) => Promise<unknown>,
  tally: Tally,
  leave: AbortSignal,
): Promise<void> {
  /** @returns whether the session can go on */
  const trade = async (session: SqlSession): Promise<boolean> => {
    const payment = next();
    const startedAt = performance.now();
    await pay(session, payment);
    tally.commit(payment, performance.now() - startedAt);
    await sleep(randomInt(pauseMs.least, pauseMs.most));
    return true;
  };
  const survive = async (error: unknown): Promise<boolean> => {
    if (!isSqlServerError(error)) throw error;
    if (leave.aborted) return false;
    tally.fail(error.number ?? 0);
    await sleep(pauseAfterFailureMs);
    return error.kind === "server";
  };
  const tradeOn = async (session: SqlSession): Promise<boolean> => {
    let usable = true;
    while (usable && !leave.aborted) usable = await trade(session).catch(survive);
    return usable;
  };
  while (!leave.aborted) await door.withSession(tradeOn).catch(survive);
}

let lastOrder = 0;

/**
 * A third of the clients each: transfers within the control server, transfers to or from the remote one, orders.
 *
 * @param kind the client's number
 */
function anyPayment(servers: DemoServers, kind: number): Payment {
  const near = placesAt(servers.control, servers);
  const far = placesAt(servers.remote, servers);
  if (kind % 3 === 0) return paymentAmong(near);
  const payment = { ...paymentAmong(near), to: pick(far) };
  if (kind % 3 === 1) return randomInt(2) === 0 ? payment : { ...payment, from: payment.to, to: payment.from };
  lastOrder += 1;
  return { ...payment, order: lastOrder };
}

/** The remote server has no link of its own: who works there moves money between its own databases. */
function remotePayment(servers: DemoServers): Payment {
  return paymentAmong(placesAt(servers.remote, servers));
}

function placesAt(server: DemoServer, servers: DemoServers): ShopDatabase[] {
  return shopDatabases(servers).filter((place) => place.server === server);
}

function paymentAmong(places: readonly ShopDatabase[]): Payment {
  const from = pick(places);
  return {
    from,
    to: pick(places.filter((place) => place !== from)),
    fromAccount: randomInt(1, accountsPerDatabase + 1),
    toAccount: randomInt(1, accountsPerDatabase + 1),
    amount: randomInt(1, 51),
  };
}

function pick<T>(items: readonly T[]): T {
  return items[randomInt(items.length)] as T;
}
