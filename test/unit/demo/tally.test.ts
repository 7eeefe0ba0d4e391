import { controlCustomers, remoteCustomers } from "../../../src/demo/payments";
import type { DemoServer, DemoServers } from "../../../src/demo/servers";
import { isLocal } from "../../../src/demo/shop";
import { failures, payments, Tally, trafficText } from "../../../src/demo/tally";

const [control, remote] = ["CONTROL", "REMOTE"].map((name) => ({ name }) as DemoServer) as [DemoServer, DemoServer];
const servers = { control, remote, all: [control, remote] } as unknown as DemoServers;

test("customers at the control server pay within it, over both, and place orders; no order has another's number", () => {
  const made = controlCustomers(servers, 6).map((customer) => customer());
  expect(made.filter(isLocal)).toHaveLength(2);
  const orders = made.flatMap(({ order }) => (order === undefined ? [] : [order]));
  expect(new Set(orders).size).toBe(2);
});

test("money never goes from a database to itself", () => {
  for (const customer of [...controlCustomers(servers, 3), ...remoteCustomers(servers, 1)]) {
    for (let time = 0; time < 50; time += 1) {
      const { from, to } = customer();
      expect(from.database).not.toBe(to.database);
    }
  }
});

test("counts begin anew when they were taken, and are told with their reasons", () => {
  const tally = new Tally();
  const [within, over, order] = controlCustomers(servers, 3).map((customer) => customer());
  for (const payment of [within, over, order]) if (payment) tally.countCommitted(payment, 12.4);
  tally.countRetried();
  tally.countFailed(911);
  tally.countFailed(911);
  tally.countFailed(undefined);
  const counts = tally.take();
  expect([payments(counts), failures(counts)]).toEqual([3, 3]);
  expect(trafficText(counts, "so far")).toBe(
    "3 payments so far: 2 over both servers (1 of them orders), 1 had to be tried again, " +
      "3 failed (2 with error 911, 1 lost their connection), the slowest took 12 ms",
  );
  expect(trafficText(tally.take(), "since")).toBe(
    "0 payments since: 0 over both servers (0 of them orders), 0 had to be tried again, the slowest took 0 ms",
  );
  expect(tally.committed).toBe(3);
});
