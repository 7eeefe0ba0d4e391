import { DateTime } from "luxon";
import { decideFulls, type FullCandidate, type FullHistory, type FullPolicy } from "../../../src/job/fullDue";

const now = DateTime.fromISO("2026-05-06T14:15:00Z", { zone: "utc" });
const today = now.startOf("day").plus({ minutes: 5 });
const yesterday = today.minus({ days: 1 });

const daily: FullPolicy = { frequency: "d", forceFullAfterPartialSetFailure: false };
const quiet: FullHistory = { forceFull: false, completeFullSet: 1 };
const backedUp: FullCandidate = { lastFull: today, failedBefore: false, hasLogBase: true };

function reasons(policy: FullPolicy, history: FullHistory, members: Record<string, FullCandidate>) {
  const due = decideFulls(policy, history, Object.values(members), now);
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, member]) => (due.has(member) ? [[name, due.get(member)]] : [])),
  );
}

describe("which members get a full backup", () => {
  test("none that has one of this period", () => {
    expect(reasons(daily, quiet, { a: { ...backedUp }, b: { ...backedUp } })).toEqual({});
  });

  test("all, when one was asked for", () => {
    const forced = { ...quiet, forceFull: true };
    expect(reasons(daily, forced, { a: { ...backedUp }, b: { ...backedUp } })).toEqual({ a: "forced", b: "forced" });
  });

  test("all, when a period began", () => {
    const old = { ...backedUp, lastFull: yesterday };
    expect(reasons(daily, quiet, { a: { ...old }, b: { ...old } })).toEqual({ a: "periodBegan", b: "periodBegan" });
  });

  test("a member that joined without any, and only it", () => {
    expect(reasons(daily, quiet, { a: { ...backedUp }, b: { hasLogBase: true, failedBefore: false } })).toEqual({
      b: "noFullYet",
    });
  });

  test("a member that SQL Server has no base for, though it had a full today", () => {
    expect(reasons(daily, quiet, { a: { ...backedUp, hasLogBase: false } })).toEqual({ a: "noLogBase" });
  });

  test("a failed full is due again at the next run, the others' are not", () => {
    expect(reasons(daily, quiet, { fine: { ...backedUp }, failed: { ...backedUp, failedBefore: true } })).toEqual({
      failed: "failedBefore",
    });
  });

  test("all after a set that failed in part, if the job says so", () => {
    const policy = { ...daily, forceFullAfterPartialSetFailure: true };
    const history = { forceFull: false, completeFullSet: 1, incompleteSet: 6 };
    expect(reasons(policy, history, { a: { ...backedUp } })).toEqual({ a: "partialSetFailure" });
    expect(reasons(daily, history, { a: { ...backedUp } })).toEqual({});
  });

  test("none after a failure in part that a complete full followed", () => {
    const policy = { ...daily, forceFullAfterPartialSetFailure: true };
    const history = { forceFull: false, completeFullSet: 8, incompleteSet: 6 };
    expect(reasons(policy, history, { a: { ...backedUp } })).toEqual({});
  });

  test("all, when no set at all was completed", () => {
    const policy = { ...daily, forceFullAfterPartialSetFailure: true };
    const first: FullCandidate = { hasLogBase: false, failedBefore: false };
    expect(reasons(policy, { forceFull: false }, { a: first })).toEqual({ a: "noFullYet" });
  });
});
