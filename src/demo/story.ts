/** Something the demo claims, and whether it turned out so. */
export interface Check {
  readonly what: string;
  readonly held: boolean;
}

/** One step of the demo, as it is told to programs. */
export interface StepRecord {
  readonly title: string;
  readonly ms: number;
  readonly lines: readonly string[];
  readonly figures: Readonly<Record<string, number | string>>;
  readonly checks: readonly Check[];
}

/** What a reader of the story sees, as it happens. */
export type StoryEvent =
  | { readonly kind: "stepBegins"; readonly number: number; readonly title: string }
  | { readonly kind: "told"; readonly text: string }
  | { readonly kind: "checked"; readonly check: Check }
  | { readonly kind: "stepEnds"; readonly ms: number };

interface OpenStep {
  readonly title: string;
  readonly startedAt: number;
  readonly lines: string[];
  readonly figures: Record<string, number | string>;
  readonly checks: Check[];
}

/** What the demo tells: steps with their lines, figures and checks. Told as it goes and kept for the end. */
export class Story {
  readonly #steps: StepRecord[] = [];
  readonly #report: (event: StoryEvent) => void;
  #open: OpenStep | undefined;

  constructor(report: (event: StoryEvent) => void) {
    this.#report = report;
  }

  /** Carries out one step. What it tells and checks meanwhile belongs to it, and it ends with its time. */
  async step<T>(title: string, work: () => Promise<T>): Promise<T> {
    const open: OpenStep = { title, startedAt: performance.now(), lines: [], figures: {}, checks: [] };
    this.#open = open;
    this.#report({ kind: "stepBegins", number: this.#steps.length + 1, title });
    try {
      return await work();
    } finally {
      const { startedAt, ...told } = open;
      const ms = Math.round(performance.now() - startedAt);
      this.#steps.push({ ...told, ms });
      this.#report({ kind: "stepEnds", ms });
    }
  }

  /** A line for the reader. */
  tell(...lines: string[]): void {
    for (const text of lines) {
      this.#open?.lines.push(text);
      this.#report({ kind: "told", text });
    }
  }

  /** A number or a name that programs will want. */
  figure(name: string, value: number | string): void {
    if (this.#open) this.#open.figures[name] = value;
  }

  /** A claim of the demo. The demo goes on when it does not hold, but has failed. */
  check(what: string, held: boolean): void {
    const check = { what, held };
    this.#open?.checks.push(check);
    this.#report({ kind: "checked", check });
  }

  get steps(): readonly StepRecord[] {
    return this.#steps;
  }

  /** Whether there were checks, and every one of them held. */
  get held(): boolean {
    const checks = this.#steps.flatMap((step) => step.checks);
    return checks.length > 0 && checks.every((check) => check.held);
  }
}
