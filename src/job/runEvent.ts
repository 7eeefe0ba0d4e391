import type { BackupKind } from "../objects/backupPath";
import type { Finding } from "../objects/finding";
import type { MarkName } from "../objects/markNames";

/** What a run tells while it goes on. */
export type RunEvent =
  | { readonly kind: "members"; readonly ready: number; readonly all: number }
  | { readonly kind: "fullDue"; readonly members: number; readonly decision: string }
  | {
      readonly kind: "backupDone";
      readonly backup: BackupKind;
      readonly server: string;
      readonly database: string;
      readonly file: string;
      readonly ms: number;
    }
  | { readonly kind: "markPlaced"; readonly mark: MarkName; readonly members: number; readonly ms: number }
  | { readonly kind: "markProven"; readonly mark: MarkName; readonly members: number }
  | { readonly kind: "historyCleared"; readonly sets: number }
  | { readonly kind: "finding"; readonly finding: Finding };
