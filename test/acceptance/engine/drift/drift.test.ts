import { backupJobSchema } from "../../../../src/providers/backupJobArguments";
import { backupUserLoginSchema } from "../../../../src/providers/backupUserLoginArguments";
import { customBackupDatabaseSchema } from "../../../../src/providers/customBackupDatabaseArguments";
import { linkedServerSchema } from "../../../../src/providers/linkedServerArguments";
import { backupJob } from "./backupJob";
import { backupUserLogin } from "./backupUserLogin";
import { customBackupDatabase } from "./customBackupDatabase";
import { type DriftCase, titleOf } from "./driftCase";
import { type DriftRun, runDrifts } from "./driftRun";
import { linkedServer } from "./linkedServer";
import { schemaPaths } from "./schemaPaths";

const tables = [backupUserLogin, linkedServer, customBackupDatabase, backupJob];
const schemas = {
  BackupJob: backupJobSchema,
  BackupUserLogin: backupUserLoginSchema,
  CustomBackupDatabase: customBackupDatabaseSchema,
  LinkedServer: linkedServerSchema,
};

let run: DriftRun;
beforeAll(async () => {
  run = await runDrifts(tables);
}, 240_000);

describe.each(tables)("of a $kind, somebody changes", ({ kind, cases, exceptions, missing }) => {
  test.each(cases.map((drift) => ({ title: titleOf(drift), drift })))("$title", ({ drift }) => {
    const outcome = run.outcomes.get(drift);
    if (outcome?.failure) throw outcome.failure;
    const { planned, changes, done, plannedAfter, observed } = outcome ?? { changes: [], observed: {} };
    const step = drift.replaces ? "replace" : "update";
    expect({ planned, changes, done, plannedAfter }).toEqual({
      planned: step,
      changes: expect.arrayContaining([shownAs(drift)]),
      done: step,
      plannedAfter: undefined,
    });
    const others = changes.filter(({ path }) => !isWithin(path, drift.property));
    expect(others).toEqual([]);
    expect(observed.drifted).not.toEqual(observed.before);
    expect(observed.mended).toEqual(observed.before);
  });

  test("every property of it, or there is a reason why nobody can", () => {
    const covered = cases.map(({ property }) => property);
    const left = schemaPaths(schemas[kind as keyof typeof schemas]).filter(
      (path) => ![...covered, ...Object.keys(exceptions)].some((known) => isWithin(path, known)),
    );
    expect([...left].sort()).toEqual([...missing].sort());
  });
});

test("what nobody touched is left alone", () => {
  expect(run.othersChanged).toEqual([]);
});

function shownAs({ property, shows }: DriftCase): unknown {
  const within = property.replace(/[.[\]]/g, "\\$&");
  return { path: expect.stringMatching(new RegExp(`^${within}(?![^.[])`)), ...shows };
}

/** Whether a path is of a property, or of something inside it. */
function isWithin(path: string, property: string): boolean {
  return path === property || path.startsWith(`${property}.`) || path.startsWith(`${property}[`);
}
