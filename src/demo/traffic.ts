import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { isSqlServerError, openServer, retry, type SqlServer, type SqlSession } from "../sqlserver";
import { type Customer, controlCustomers, remoteCustomers } from "./payments";
import type { DemoServer, DemoServers } from "./servers";
import { paymentStatement, shopLogin } from "./shop";
import { Tally, type TrafficCounts } from "./tally";

export interface Traffic {
  /** What was done since the last call. */
  sinceLast(): TrafficCounts;
  /** Waits until so many further payments are committed. */
  untilCommitted(payments: number): Promise<void>;
  /** Lets every customer finish the payment at hand and leave. */
  stop(): Promise<void>;
}

/** The other server is reached from the control server only: that is where its linked server is. */
const customersAt = { control: 6, remote: 2 };
const pauseMs = { least: 2, most: 12 };
const pauseAfterFailureMs = 100;
/** A payment that takes longer than this hangs. */
const limitSeconds = 15;
/** How long to wait for payments before business is said to stand still. */
const patienceMs = 30_000;
/** Deadlock victim, lock time-out, and no room beside a mark that is being placed. */
const passing = [1205, 1222, 3928];

/**
 * Sends customers to both servers, who pay until they are stopped.
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
  const counters = [servers.control, servers.remote].map((at) => {
    const connection = at.connectionOf(shopLogin, "SHOP_PASSWORD");
    return { at, door: openServer(connection, { appName: "shop", stores: { env } }), tally, interrupted, leave };
  }) as [Counter, Counter];
  const [control, remote] = counters;
  const ended = Promise.all([
    ...controlCustomers(servers, customersAt.control).map((customer) => serve(control, customer)),
    ...remoteCustomers(servers, customersAt.remote).map((customer) => serve(remote, customer)),
  ]);
  // An error of a customer's is thrown where somebody waits for it.
  ended.catch(() => undefined);
  return {
    sinceLast: () => tally.take(),
    async untilCommitted(payments) {
      const goal = tally.committed + payments;
      const latest = performance.now() + patienceMs;
      while (tally.committed < goal) {
        interrupted.throwIfAborted();
        if (performance.now() > latest) {
          throw new Error(`Business stands still: ${tally.committed} of ${goal} payments`);
        }
        await Promise.race([sleep(10), ended]);
      }
    },
    async stop() {
      stop.abort();
      try {
        await ended;
      } finally {
        await Promise.all(counters.map(({ door }) => door.close()));
      }
    },
  };
}

/** Where customers pay. */
interface Counter {
  readonly at: DemoServer;
  readonly door: SqlServer;
  readonly tally: Tally;
  readonly interrupted: AbortSignal;
  readonly leave: AbortSignal;
}

/** One customer, on one connection; on a new one when that is lost. */
async function serve(counter: Counter, customer: Customer): Promise<void> {
  const { door, tally, leave } = counter;
  /** @returns whether the connection can be used on */
  const survive = async (error: unknown): Promise<boolean> => {
    if (!isSqlServerError(error)) throw error;
    if (leave.aborted) return false;
    tally.countFailed(error.number);
    await sleep(pauseAfterFailureMs);
    return error.kind === "server";
  };
  const payOn = async (session: SqlSession): Promise<boolean> => {
    let usable = true;
    while (usable && !leave.aborted) usable = await pay(counter, session, customer).catch(survive);
    return usable;
  };
  while (!leave.aborted) await door.withSession(payOn).catch(survive);
}

async function pay({ at, tally, interrupted }: Counter, session: SqlSession, customer: Customer): Promise<true> {
  const payment = customer();
  const startedAt = performance.now();
  const limits = { timeoutSeconds: limitSeconds, signal: interrupted };
  await retry(() => session.execute(paymentStatement(payment, at), limits), {
    attempts: 8,
    firstPauseMs: 20,
    worthwhile(error) {
      const again = isSqlServerError(error) && error.has(...passing);
      if (again) tally.countRetried();
      return again;
    },
  });
  tally.countCommitted(payment, performance.now() - startedAt);
  await sleep(randomInt(pauseMs.least, pauseMs.most));
  return true;
}
