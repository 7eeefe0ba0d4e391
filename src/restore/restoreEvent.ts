import type { Finding } from "../objects/finding";
import type { MarkName } from "../objects/markNames";

/** What a restore tells while it goes on. */
export type RestoreEvent =
  | { readonly kind: "pointChosen"; readonly mark: MarkName; readonly at: string; readonly databases: number }
  | { readonly kind: "filesChecked"; readonly files: number }
  | {
      readonly kind: "reachedMark";
      readonly server: string;
      readonly database: string;
      readonly logs: number;
      readonly ms: number;
    }
  | { readonly kind: "recovered"; readonly server: string; readonly database: string }
  | { readonly kind: "proven"; readonly server: string; readonly database: string }
  | { readonly kind: "finding"; readonly finding: Finding };
