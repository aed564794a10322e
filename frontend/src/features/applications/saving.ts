// Saves one answer a moment after the typing stops. One save is under way at a time, the newest is always the next, and
// what a colleague wrote meanwhile is never written over: whoever types is asked which is to stay.
import { isStatus, Refused } from "../../api/client";
import type { DraftEvidence } from "../../api/types";

export interface Value {
  answer: string;
  evidence: DraftEvidence | null;
}

export type SaveState =
  | { state: "waiting" }
  | { state: "saved" }
  | { state: "offline" }
  | { state: "conflict" }
  | { state: "refused"; words: string };

export const PAUSE = 1_000;
const RETRY = 5_000;

/** Writes a value over this revision, and tells the next. */
export type Put = (revision: number, value: Value) => Promise<number>;

export class FieldSaver {
  revision: number;
  state: SaveState = { state: "saved" };
  private next: Value | null = null;
  private underWay: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    revision: number,
    private readonly put: Put,
    private readonly changed: (state: SaveState) => void,
  ) {
    this.revision = revision;
  }

  type(value: Value): void {
    this.next = value;
    if (this.state.state === "conflict") return;
    this.become({ state: "waiting" });
    this.later(PAUSE);
  }

  /** Saves what waits now; done when nothing does, or when it cannot be. */
  async flush(): Promise<SaveState> {
    clearTimeout(this.timer);
    await this.underWay;
    if (this.next && this.state.state !== "conflict") {
      this.underWay = this.send();
      await this.underWay;
    }
    return this.state;
  }

  /** What is on this page is to stay, over what a colleague wrote. */
  keep(newest: number): Promise<SaveState> {
    this.revision = newest;
    this.become({ state: "waiting" });
    return this.flush();
  }

  /** What the colleague wrote is to stay. */
  take(newest: number): void {
    this.revision = newest;
    this.next = null;
    this.become({ state: "saved" });
  }

  private become(state: SaveState): void {
    this.state = state;
    this.changed(state);
  }

  private later(wait: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), wait);
  }

  private async send(): Promise<void> {
    const value = this.next!;
    this.next = null;
    try {
      this.revision = await this.put(this.revision, value);
      if (this.next) this.later(PAUSE);
      else this.become({ state: "saved" });
    } catch (error) {
      if (isStatus(error, 412)) {
        this.next ??= value;
        this.become({ state: "conflict" });
      } else if (error instanceof Refused && error.status < 500) {
        this.become({ state: "refused", words: error.problem.detail });
      } else {
        this.next ??= value;
        this.become({ state: "offline" });
        this.later(RETRY);
      }
    } finally {
      this.underWay = null;
    }
  }
}
