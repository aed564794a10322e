// Marks still being written, kept on the server while they are: a mark counts once it has a number and a reason.
import { useCallback, useEffect, useRef, useState } from "react";
import { answered, api, atRevision, isStatus, keyed, Refused } from "../../api/client";
import type { Evaluation, MarkDraft } from "../../api/types";

const PAUSE = 1_000;
const RETRY = 5_000;

export type Keeping = { state: "nothing" } | { state: "waiting" } | { state: "kept" } | { state: "offline" } | { state: "refused"; words: string };

export const place = (blindId: string, criterionId: string) => `${blindId} ${criterionId}`;

export interface Drafts {
  keeping: Keeping;
  of: (blindId: string, criterionId: string) => MarkDraft | undefined;
  keep: (draft: MarkDraft) => void;
  drop: (blindId: string, criterionId: string) => void;
}

/** One list for the whole page: each save is the newest of it, and one is under way at a time. */
export function useDrafts(shown: Evaluation): Drafts {
  const id = shown.opportunity_id;
  const drafts = useRef(new Map(shown.drafts.map((one) => [place(one.blind_id, one.criterion_id), one])));
  const revision = useRef(shown.draft_revision);
  const [keeping, setKeeping] = useState<Keeping>({ state: "nothing" });
  const unsaved = useRef(false);
  const busy = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const send = useCallback(async (leaving = false): Promise<void> => {
    clearTimeout(timer.current);
    if (!unsaved.current || busy.current) return;
    busy.current = true;
    unsaved.current = false;
    let wait = 0;
    try {
      const { data } = await answered(
        api.PUT("/api/opportunities/{id}/marks/draft", {
          params: { path: { id } },
          body: { drafts: [...drafts.current.values()] },
          headers: { ...keyed(crypto.randomUUID()), ...atRevision(revision.current) },
          // The browser sends it even as the page goes.
          keepalive: leaving,
        }),
      );
      revision.current = data.revision;
      if (!unsaved.current) setKeeping({ state: "kept" });
    } catch (error) {
      if (isStatus(error, 412)) {
        setKeeping({ state: "refused", words: "You changed these marks in another window. Load the page again to go on here." });
      } else if (error instanceof Refused && error.status < 500) {
        setKeeping({ state: "refused", words: error.problem.detail });
      } else {
        unsaved.current = true;
        wait = RETRY;
        setKeeping({ state: "offline" });
      }
    } finally {
      busy.current = false;
      if (unsaved.current) timer.current = setTimeout(() => void send(), wait || PAUSE);
    }
  }, [id]);

  const changed = useCallback(() => {
    unsaved.current = true;
    setKeeping({ state: "waiting" });
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void send(), PAUSE);
  }, [send]);

  const keep = useCallback(
    (draft: MarkDraft) => {
      drafts.current.set(place(draft.blind_id, draft.criterion_id), draft);
      changed();
    },
    [changed],
  );
  const drop = useCallback(
    (blindId: string, criterionId: string) => {
      if (drafts.current.delete(place(blindId, criterionId))) changed();
    },
    [changed],
  );
  const of = useCallback((blindId: string, criterionId: string) => drafts.current.get(place(blindId, criterionId)), []);

  // Leaving the page saves at once.
  useEffect(() => {
    const leave = () => void send(true);
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, [send]);
  return { keeping, of, keep, drop };
}
