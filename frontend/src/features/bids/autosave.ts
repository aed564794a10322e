import { useCallback, useEffect, useRef, useState } from "react";
import { answered, api, atRevision, isStatus, keyed, Refused } from "../../api/client";
import { type Keeper, toDraft, type Typed } from "./typed";

const PAUSE = 1_000;
const RETRY = 5_000;

export type Saving =
  | { state: "nothing" }
  | { state: "waiting" }
  | { state: "saved"; at: string | null }
  | { state: "offline" }
  | { state: "conflict" }
  | { state: "refused"; words: string };

/**
 * Saves what is typed a moment after the typing stops. Until the server has it, this device
 * alone has it; one save is under way at a time, and the newest is always the next.
 */
export function useAutosave(id: string, keeper: Keeper, startRevision: number, savedAt: string | null) {
  const [saving, setSaving] = useState<Saving>(savedAt ? { state: "saved", at: savedAt } : { state: "nothing" });
  const revision = useRef(startRevision);
  const next = useRef<Typed | null>(null);
  const busy = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const send = useCallback(async (): Promise<void> => {
    clearTimeout(timer.current);
    const typed = next.current;
    if (!typed || busy.current) return;
    busy.current = true;
    next.current = null;
    let wait = 0;
    try {
      const { data } = await answered(
        api.PUT("/api/opportunities/{id}/draft", {
          params: { path: { id } },
          body: toDraft(typed),
          headers: { ...keyed(crypto.randomUUID()), ...atRevision(revision.current) },
        }),
      );
      revision.current = data.revision;
      if (next.current === null) {
        // Unless it was sent meanwhile, and nothing is to be kept.
        if (keeper.kept()) keeper.keep({ typed, revision: data.revision, saved: true });
        setSaving({ state: "saved", at: data.saved_at ?? null });
      }
    } catch (error) {
      if (isStatus(error, 412)) {
        next.current = null;
        setSaving({ state: "conflict" });
      } else if (error instanceof Refused && error.status < 500) {
        setSaving({ state: "refused", words: error.problem.detail });
      } else {
        next.current ??= typed;
        wait = RETRY;
        setSaving({ state: "offline" });
      }
    } finally {
      busy.current = false;
      if (next.current) timer.current = setTimeout(() => void send(), wait || PAUSE);
    }
  }, [id, keeper]);

  const changed = useCallback(
    (typed: Typed) => {
      keeper.keep({ typed, revision: revision.current, saved: false });
      next.current = typed;
      setSaving((before) => (before.state === "conflict" ? before : { state: "waiting" }));
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void send(), PAUSE);
    },
    [keeper, send],
  );

  /** After a submission the server's draft is another revision, and nothing waits to be saved. */
  const settled = useCallback(
    (newRevision: number) => {
      clearTimeout(timer.current);
      next.current = null;
      revision.current = newRevision;
      keeper.forget();
      setSaving({ state: "nothing" });
    },
    [keeper],
  );

  const overwrite = useCallback(
    (typed: Typed, newRevision: number) => {
      revision.current = newRevision;
      setSaving({ state: "waiting" });
      next.current = typed;
      void send();
    },
    [send],
  );

  // Leaving the page saves at once; this computer has it in any case.
  useEffect(() => () => void send(), [send]);
  useEffect(() => {
    const online = () => void send();
    window.addEventListener("online", online);
    return () => window.removeEventListener("online", online);
  }, [send]);

  return { saving, changed, settled, overwrite };
}
