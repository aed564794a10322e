// The letters owed because of something, for officers: to whom, how far, and sent again by one click.
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useAct } from "../api/act";
import { api, keyed, must } from "../api/client";
import { lettersAbout, useMe } from "../api/queries";
import type { OwedLetter } from "../api/types";
import { announce } from "./announce";
import { Button } from "./form";
import { count } from "./london";
import { AwaitList } from "./page";
import { Details, Table, Tag, type TagColour, When } from "./show";

const STATES: Record<OwedLetter["state"], { words: string; colour: TagColour }> = {
  owed: { words: "Waiting to be sent", colour: "yellow" },
  deferred: { words: "To be tried again", colour: "orange" },
  sent: { words: "Sent", colour: "green" },
  undeliverable: { words: "Not delivered", colour: "red" },
  dropped: { words: "Not sent: the reader had left, or chose a later hour", colour: "grey" },
};

/** How far a letter has come, in words */
export function LetterFate({ letter }: { letter: OwedLetter }) {
  const { words, colour } = STATES[letter.state];
  return (
    <>
      <Tag colour={colour}>{words}</Tag>{" "}
      <span className="fl-small">
        {letter.state === "sent" && letter.sent_at ? <When at={letter.sent_at} /> : null}
        {letter.state === "deferred" && letter.next_try_at ? (
          <>
            Next <When at={letter.next_try_at} />.{" "}
          </>
        ) : null}
        {letter.state === "owed" || letter.state === "undeliverable" ? (
          <>
            Owed <When at={letter.owed_at} />.{" "}
          </>
        ) : null}
        {letter.state === "undeliverable" && letter.sent_at ? (
          <>
            It left <When at={letter.sent_at} />.{" "}
          </>
        ) : null}
        {letter.state !== "sent" && letter.attempts > 0 ? `Tried ${count(letter.attempts, "time")}. ` : null}
        {letter.failure ? `${letter.failure} ` : null}
        {letter.resent > 0 ? ` Sent again by an officer ${count(letter.resent, "time")}.` : null}
      </span>
    </>
  );
}

/** One click, the same words and the same letter */
export function SendAgain({ letter }: { letter: OwedLetter }) {
  const cache = useQueryClient();
  const act = useAct(
    (id: string, key) => must(api.POST("/api/letters/{id}/resend", { params: { path: { id } }, headers: keyed(key) })),
    {
      onDone: (after) => {
        announce(`The letter to ${after.to} is sent again.`);
        void cache.invalidateQueries({ queryKey: ["letters", "about"] });
        void cache.invalidateQueries({ queryKey: ["tasks"] });
      },
    },
  );
  if (!letter.can_resend && !act.error) return null;
  return (
    <>
      <Button
        kind="secondary"
        className="fl-nowrap govuk-!-margin-bottom-0"
        aria-disabled={act.isPending || undefined}
        onClick={() => {
          if (!act.isPending) act.mutate(letter.id);
        }}
      >
        {act.isPending ? "One moment…" : "Send again"}
        <span className="govuk-visually-hidden">
          : {letter.what}, to {letter.to}
        </span>
      </Button>
      {act.error ? (
        <p className="govuk-error-message govuk-!-margin-top-1" role="alert">
          {act.error.message}
        </p>
      ) : null}
    </>
  );
}

function List({ about }: { about: string }) {
  return (
    <AwaitList query={useInfiniteQuery({ ...lettersAbout(about), refetchInterval: 30_000 })}>
      {(letters) => {
        const lost = letters.filter((letter) => letter.state === "undeliverable").length;
        return (
          <Details
            summary={`Letters about this: ${letters.length === 0 ? "none yet" : letters.length}${lost > 0 ? `, ${lost} not delivered` : ""}`}
          >
            {letters.length === 0 ? (
              <p className="govuk-body">No letter is owed because of this yet.</p>
            ) : (
              <Table
                caption="Letters about this, newest first"
                captionSize="hidden"
                columns={[{ label: "Letter" }, { label: "To" }, { label: "State" }, { label: "Again" }]}
                rows={letters.map((letter) => ({
                  key: letter.id,
                  cells: [
                    letter.what,
                    letter.to,
                    <LetterFate key="fate" letter={letter} />,
                    <SendAgain key="again" letter={letter} />,
                  ],
                }))}
              />
            )}
          </Details>
        );
      }}
    </AwaitList>
  );
}

export function LettersAbout({ about }: { about: string }) {
  // What was sent to whom is for the screen: on paper it would hide what the page is about.
  return useMe()?.officer ? (
    <div className="fl-screen">
      <List about={about} />
    </div>
  ) : null;
}
