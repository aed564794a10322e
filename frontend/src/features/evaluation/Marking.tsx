// One's own marks, blind to price and to the other evaluators.
import { useQueryClient } from "@tanstack/react-query";
import { type FocusEvent, useEffect, useRef, useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { evaluation as evaluationQuery } from "../../api/queries";
import type { BlindBid, Criterion, Evaluation } from "../../api/types";
import { whatItIs } from "../../api/upload";
import { announce } from "../../govuk/announce";
import { Form, Input, Radios, Submit, TextArea } from "../../govuk/form";
import { longDay, shortTime } from "../../govuk/london";
import { plain } from "../../govuk/money";
import { Inset, Tag } from "../../govuk/show";
import { Descriptors } from "../../govuk/terms";
import { Details } from "../../govuk/show";
import { type Drafts, useDrafts } from "./drafts";
import "./evaluation.scss";

export function left(shown: Evaluation): string {
  if (shown.unmarked === 0) return "Every answer has a mark of yours.";
  return shown.unmarked === 1 ? "1 answer has no mark of yours yet." : `${shown.unmarked} answers have no mark of yours yet.`;
}

function GiveMark({ shown, bid, criterion, drafts, last, goOn }: {
  shown: Evaluation;
  bid: BlindBid;
  criterion: Criterion;
  drafts: Drafts;
  last: boolean;
  goOn: () => void;
}) {
  const cache = useQueryClient();
  const own = bid.marks.find((mark) => mark.mine && mark.criterion_id === criterion.id);
  const draft = drafts.of(bid.blind_id, criterion.id);
  const given = { mark: own ? plain(own.mark) : "", reason: own?.reason ?? "" };
  const [mark, setMark] = useState(draft?.mark ?? given.mark);
  const [reason, setReason] = useState(draft?.reason ?? given.reason);
  const act = useAct(
    (body: { mark: string; reason: string }, key) =>
      must(
        api.POST("/api/opportunities/{id}/marks", {
          params: { path: { id: shown.opportunity_id } },
          body: { blind_id: bid.blind_id, criterion_id: criterion.id, ...body },
          headers: keyed(key),
        }),
      ),
    {
      onDone: (after, body) => {
        cache.setQueryData(evaluationQuery(shown.opportunity_id).queryKey, after);
        drafts.drop(bid.blind_id, criterion.id);
        announce(`${bid.label}, ${criterion.name}: marked ${body.mark}. ${left(after)}`);
      },
    },
  );
  const changed = mark !== given.mark || reason.trim() !== given.reason;
  const type = (next: { mark?: string; reason?: string }) => {
    const typed = { mark: next.mark ?? mark, reason: next.reason ?? reason };
    setMark(typed.mark);
    setReason(typed.reason);
    drafts.keep({ blind_id: bid.blind_id, criterion_id: criterion.id, ...typed });
  };
  // Going to another answer saves this one, once it has both.
  const leave = (event: FocusEvent) => {
    if (event.currentTarget.contains(event.relatedTarget) || act.isPending) return;
    if (changed && mark && reason.trim()) act.mutate({ mark, reason: reason.trim() });
  };
  // From within the reason, the keyboard alone is enough.
  const part = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const of = part.current;
    const save = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      of?.querySelector("form")?.requestSubmit();
    };
    of?.addEventListener("keydown", save);
    return () => of?.removeEventListener("keydown", save);
  }, []);
  const whole = Array.from({ length: Math.floor(Number(criterion.mark_max)) + 1 }, (_, n) => String(n));
  const choices = whole.includes(mark) || mark === "" ? whole : [...whole, mark].sort((a, b) => Number(a) - Number(b));
  return (
    <div ref={part} onBlur={leave}>
      <Form
        prefix={`${bid.blind_id}-${criterion.id}`}
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          if (!mark) return { mark: `Choose a mark for ${bid.label}, ${criterion.name}` };
          if (!reason.trim()) return { reason: "Give the reason for this mark. The provider reads it after the award." };
          if (own && !changed) return goOn();
          act.mutate({ mark, reason: reason.trim() }, { onSuccess: goOn });
        }}
      >
        {whole.length <= 11 ? (
          <Radios
            name="mark"
            label={`Your mark, 0 to ${plain(criterion.mark_max)}`}
            labelSize="s"
            small
            choices={choices.map((value) => ({
              value,
              words: (
                <>
                  <strong>{value}</strong> {criterion.descriptors[Number(value)] ?? ""}
                </>
              ),
            }))}
            value={mark}
            onChange={(value) => type({ mark: value })}
          />
        ) : (
          <Input
            name="mark"
            label={`Your mark, 0 to ${plain(criterion.mark_max)}`}
            labelSize="s"
            numeric
            width={4}
            value={mark}
            onChange={(value) => type({ mark: value })}
          />
        )}
        <TextArea
          name="reason"
          label="Your reason"
          labelSize="s"
          hint="What in the answer earns this mark. The provider may read it after the award. Ctrl and Enter together save it and go on."
          rows={4}
          value={reason}
          onChange={(value) => type({ reason: value })}
        />
        <p className="govuk-body fl-small fl-quiet">
          {changed || !own ? (
            mark || reason ? (
              "Not marked yet: what you typed is kept. It is saved as your mark when you go on with both a mark and a reason."
            ) : (
              "Not marked yet"
            )
          ) : (
            <>
              Marked {plain(own.mark)}, saved {shortTime(own.at)}
            </>
          )}
        </p>
        <Submit busy={act.isPending}>{last ? "Save this mark" : "Save and go on"}</Submit>
      </Form>
    </div>
  );
}

const KEEPING = {
  nothing: "What you type is kept as you type.",
  waiting: "Keeping what you typed…",
  kept: "What you typed is kept.",
  offline: "What you typed is not kept yet: we cannot reach Fairlot. Trying again.",
} as const;

/** The answers in the order in which they are marked: all to one question, then all to the next, so that like is marked beside like. */
export function answersOf(shown: Evaluation): { bid: BlindBid; criterion: Criterion; marked: boolean }[] {
  return shown.criteria.flatMap((criterion) =>
    shown.bids.map((bid) => ({ bid, criterion, marked: bid.marks.some((mark) => mark.mine && mark.criterion_id === criterion.id) })),
  );
}

/** Which answer stands on the page, by its place: the one in the address, or the first that has no mark yet. */
function usePlace(shown: Evaluation) {
  const [search, setSearch] = useSearchParams();
  const answers = answersOf(shown);
  const asked = Number(search.get("answer"));
  // Whoever comes back goes on where they left off; marking an answer does not move it away.
  const [first] = useState(() => Math.max(0, answers.findIndex(({ marked }) => !marked)));
  const at = Number.isInteger(asked) && asked >= 1 && asked <= answers.length ? asked - 1 : first;
  return { answers, at, go: (to: number) => setSearch({ answer: String(to + 1) }) };
}

export function Marking({ shown }: { shown: Evaluation }) {
  const drafts = useDrafts(shown);
  const { answers, at, go } = usePlace(shown);
  const heading = useRef<HTMLHeadingElement>(null);
  const moved = useRef(false);
  useEffect(() => {
    if (moved.current) heading.current?.focus();
    moved.current = true;
  }, [at]);
  const answer = answers[at];
  if (!answer) return null;
  const { bid, criterion } = answer;
  const last = at === answers.length - 1;
  return (
    <>
      <Inset>
        Marking is blind: no provider’s name and no price is shown, and nobody sees another evaluator’s marks until all have finished. You
        can stop at any time: you come back to the first answer without a mark.
      </Inset>
      <section aria-labelledby="answer" className="fl-box">
        <p className="govuk-body fl-quiet govuk-!-margin-bottom-1">
          Answer {at + 1} of {answers.length}
        </p>
        <h2 className="govuk-heading-l govuk-!-margin-bottom-2" id="answer" tabIndex={-1} ref={heading}>
          {criterion.name} <span className="govuk-caption-l fl-bidder">{bid.label}</span>
        </h2>
        <Answered bid={bid} criterion={criterion} />
        <GiveMark key={`${bid.blind_id} ${criterion.id}`} shown={shown} bid={bid} criterion={criterion} drafts={drafts} last={last} goOn={() => (last ? undefined : go(at + 1))} />
        <p className="govuk-body fl-small fl-quiet" role="status">
          {drafts.keeping.state === "refused" ? drafts.keeping.words : KEEPING[drafts.keeping.state]}
        </p>
        <nav aria-label="Other answers" className="fl-steps">
          {at > 0 ? (
            <Link to={`?answer=${at}`} className="govuk-link">
              Previous answer
            </Link>
          ) : null}
          {last ? null : (
            <Link to={`?answer=${at + 2}`} className="govuk-link">
              Next answer
            </Link>
          )}
        </nav>
      </section>
      {shown.unmarked === 0 ? (
        <Inset>
          Every answer has a mark of yours. Look at any of them again, then say that{" "}
          <a href="#finish" className="govuk-link">
            you have finished
          </a>
          .
        </Inset>
      ) : null}
    </>
  );
}

export function BidHeading({ bid }: { bid: BlindBid }) {
  return (
    <>
      <h2 className="govuk-heading-l govuk-!-margin-bottom-2" id={`label-${bid.blind_id}`}>
        {bid.label}
        {bid.provider_name ? <span className="govuk-caption-m">{bid.provider_name}</span> : null}
      </h2>
      <p className="govuk-body fl-quiet">Can start on {longDay(bid.starts_on)}</p>
    </>
  );
}

/** The documents with an answer: by number, because a name might tell whose they are */
function AttachedTo({ bid, criterion }: { bid: BlindBid; criterion: Criterion }) {
  const { id } = useParams();
  const attached = bid.attachments.filter((one) => one.criterion_id === criterion.id);
  if (attached.length === 0) return null;
  return (
    <ul className="govuk-list" aria-label={`Documents with this answer of ${bid.label}`}>
      {attached.map((one, at) => (
        <li key={one.id}>
          <a href={`/api/opportunities/${id}/attachments/${one.id}`} className="govuk-link" download>
            Document {at + 1}
            <span className="govuk-visually-hidden"> with the answer of {bid.label} on {criterion.name}</span> ({whatItIs(one)})
          </a>
        </li>
      ))}
    </ul>
  );
}

/** A criterion with the answer to it */
export function Answered({ bid, criterion, descriptors = false }: { bid: BlindBid; criterion: Criterion; descriptors?: boolean }) {
  return (
    <>
      <p className="govuk-body fl-quiet">
        {criterion.question} (weight {plain(criterion.weight)}
        {criterion.mark_min ? `; under ${plain(criterion.mark_min)} is not admissible` : ""})
      </p>
      <blockquote className="govuk-inset-text fl-typed govuk-!-margin-top-2">
        {bid.answers.find((one) => one.criterion_id === criterion.id)?.answer ?? "No answer here."}
      </blockquote>
      <AttachedTo bid={bid} criterion={criterion} />
      {descriptors && criterion.descriptors.length > 0 ? (
        <Details
          summary={
            <>
              What each mark means<span className="govuk-visually-hidden">: {bid.label}, {criterion.name}</span>
            </>
          }
        >
          <Descriptors descriptors={criterion.descriptors} />
        </Details>
      ) : null}
    </>
  );
}

/** The answers alone, for whoever may read and not mark them */
export function Reading({ shown }: { shown: Evaluation }) {
  return (
    <>
      {shown.bids.map((bid) => (
        <section key={bid.blind_id} id={`bid-${bid.blind_id}`} aria-labelledby={`label-${bid.blind_id}`} className="fl-box">
          <BidHeading bid={bid} />
          {shown.criteria.map((criterion) => {
            const own = bid.marks.find((mark) => mark.mine && mark.criterion_id === criterion.id);
            return (
              <section key={criterion.id} className="govuk-!-margin-bottom-6">
                <h3 className="govuk-heading-m govuk-!-margin-bottom-1">{criterion.name}</h3>
                <Answered bid={bid} criterion={criterion} descriptors />
                {own ? (
                  <p className="govuk-body">
                    <Tag colour="teal">You marked {plain(own.mark)}</Tag> <span className="fl-typed">{own.reason}</span>
                  </p>
                ) : null}
              </section>
            );
          })}
        </section>
      ))}
    </>
  );
}
