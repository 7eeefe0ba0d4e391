import { nvarchar } from "../sqlserver";
import type { BackupRuns } from "./backups";
import { type BackupChain, dropOwnEnd, ownEndName, restoreToOwnEnd } from "./ownEnd";
import { findingLines, type PointsOutput, type RestoreOutput, type Runner } from "./runner";
import { audit, booksText, capital, isConsistent, money, type ShopDatabase, shopDatabases } from "./shop";
import { type Stage, seconds } from "./stage";

/** Everything goes back to the newest mark that every database has. */
export async function comeBack(stage: Stage, runner: Runner, runs: BackupRuns): Promise<void> {
  await stage.story.step("Which points are there to go back to?", () => findPoint(stage, runner, runs));
  await stage.story.step("Every database comes back to the newest mark that all of them have", () =>
    restoreAll(stage, runner, runs),
  );
  await stage.story.step("Without a mark: each database restored to the end of its own last log", () =>
    contrast(stage, runs),
  );
}

async function findPoint({ story }: Stage, runner: Runner, { complete, incomplete }: BackupRuns): Promise<void> {
  const { result } = await runner.run<PointsOutput>("points");
  for (const { mark, restorable, members } of result.points) {
    const able = members.filter(({ found }) => found.problem === undefined).length;
    story.tell(`${mark}: ${restorable ? "restorable" : "not restorable"}, ${able} of ${members.length} databases`);
  }
  const [newest, ...earlier] = result.points;
  story.check(
    "the newest mark is not in every database, and so is no point to go back to",
    newest?.mark === incomplete.mark && newest?.restorable === false,
  );
  const marks = [...complete].reverse().map(({ mark }) => mark);
  story.check(
    "both marks before it are",
    earlier.map(({ mark }) => mark).join() === marks.join() && earlier.every((point) => point.restorable),
  );
}

async function restoreAll({ story, servers }: Stage, runner: Runner, { complete }: BackupRuns): Promise<void> {
  const newest = complete.at(-1)?.mark ?? "";
  const { code, result, ms } = await runner.runAsAdministrator<RestoreOutput>("restore", "--to", "latest", "--replace");
  story.tell(
    `${result.databases.length} databases restored to ${result.mark} in ${seconds(ms)}`,
    ...findingLines(result.findings),
  );
  story.figure("restoreMs", ms);
  story.check(
    "the restore is complete and proven, to that mark",
    code === 0 && result.outcome === "restored" && result.mark === newest,
  );
  const places = shopDatabases(servers);
  const holding = await Promise.all(places.map((place) => holdsMark(place, newest)));
  story.check(
    `the mark is in the MarkLog of ${holding.filter(Boolean).length} of ${places.length} databases`,
    holding.every(Boolean),
  );
  const books = await audit(servers);
  story.check(`the rule holds: ${booksText(books)}`, isConsistent(books));
}

async function holdsMark({ server, database }: ShopDatabase, mark: string): Promise<boolean> {
  const statement = {
    text: "SELECT MarkName FROM dbo.MarkLog WHERE MarkName = @mark;",
    parameters: { mark: nvarchar(mark) },
    repeatable: true,
  };
  return (await server.admin.rows(statement, { database })).length === 1;
}

async function contrast({ story, servers }: Stage, runs: BackupRuns): Promise<void> {
  const places = shopDatabases(servers);
  await Promise.all(places.map((place) => restoreToOwnEnd(place, chainOf(place, runs))));
  const books = await audit(servers, ownEndName);
  const off = books.total - capital;
  const moneyOff = off === 0 ? "no money is missing" : `${money(Math.abs(off))} ${off < 0 ? "missing" : "too much"}`;
  story.tell(`copies beside the originals, each with all the logs there are of it: ${booksText(books)}`);
  story.figure("moneyOff", off);
  story.figure("unmatchedOrders", books.unmatched);
  story.check(
    `the rule is broken: ${moneyOff}, ${books.unmatched} orders and entries without counterpart`,
    !isConsistent(books),
  );
  await Promise.all(places.map(dropOwnEnd));
}

/** The newest full backup of a database, and the logs since. */
function chainOf({ server, database }: ShopDatabase, { complete, incomplete }: BackupRuns): BackupChain {
  const backups = [...complete, incomplete].flatMap(({ members }) =>
    members.filter((member) => member.database === database && member.server === server.name),
  );
  const from = backups.findLastIndex((backup) => backup.full);
  const full = backups[from]?.full?.file;
  if (full === undefined) throw new Error(`There is no full backup of ${database} on ${server.name}.`);
  return { full, logs: backups.slice(from).flatMap((backup) => (backup.log ? [backup.log.file] : [])) };
}
