import { randomInt } from "node:crypto";
import type { DemoServer, DemoServers } from "./servers";
import { accountsPerDatabase, type Payment, type ShopDatabase, shopDatabases } from "./shop";

/** Thinks of the next payment. */
export type Customer = () => Payment;

/**
 * Customers at the control server: a third each make transfers within it, transfers to or from the remote server, and
 * orders.
 */
export function controlCustomers(servers: DemoServers, count: number): Customer[] {
  const near = placesAt(servers.control, servers);
  const far = placesAt(servers.remote, servers);
  let lastOrder = 0;
  const transferWithin = () => paymentAmong(near);
  const transferOver = () => {
    const payment = { ...paymentAmong(near), to: pick(far) };
    return randomInt(2) === 0 ? payment : { ...payment, from: payment.to, to: payment.from };
  };
  const order = () => {
    lastOrder += 1;
    return { ...paymentAmong(near), to: pick(far), order: lastOrder };
  };
  const kinds = [transferWithin, transferOver, order];
  return Array.from({ length: count }, (_, number) => kinds[number % kinds.length] as Customer);
}

/** Customers at the remote server, which has no linked server: they move money between its own databases. */
export function remoteCustomers(servers: DemoServers, count: number): Customer[] {
  const places = placesAt(servers.remote, servers);
  return Array.from({ length: count }, () => () => paymentAmong(places));
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
